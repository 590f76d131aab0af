#!/bin/sh
# aot.sh DIST FOLDER: makes, in FOLDER, the file that lets this machine's Java start DIST faster.
set -eu
dist=$1
. "$dist/lib/java.sh"
find_java
name_files "$dist"
mkdir -p "$2"
cache=$2/$cache

# Whoever makes this folder makes the file. It stays after a failure, which would only come again.
work=$cache.d
mkdir "$work" 2>/dev/null || exit 0
"$java_home/bin/java" @"$dist/lib/jvm.options" -XX:AOTCacheOutput="$work/cache" -jar "$jar" \
  convert "$dist/examples/mlp.pt" "$work/mlp.safetensors" </dev/null >"$work/log" 2>&1
mv "$work/cache" "$cache"
rm -rf "$work"
