# Sourced: finds a Java, and the files to start with it.
# shellcheck shell=sh disable=SC2034

# Sets java_home and java_version to those of a Java 25 or newer.
find_java() {
  is_new_enough "${JAVA_HOME:-}" && return
  on_path=$(command -v java) && on_path=$(readlink -f "$on_path") &&
    is_new_enough "${on_path%/bin/java}" && return
  for home in \
    /usr/lib/jvm/* /usr/java/* /opt/* /opt/java/* /opt/jdk/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/*; do
    is_new_enough "$home" && return
  done
  return 1
}

# Reads the file `release` of a Java home, as starting its java would take longer than all else.
is_new_enough() {
  java_home=$1 java_version='' major=0
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return
  while IFS='="' read -r key _ value _; do
    case $key in
      JAVA_RUNTIME_VERSION) java_version=$value ;;
      JAVA_VERSION) major=${value%%[!0-9]*} ;;
    esac
    [ -z "$java_version" ] || [ "$major" = 0 ] || break
  done <"$1/release"
  [ "$major" -ge 25 ]
}

# name_files DIST: sets jar, and cache to the name of the file that lets this Java start it faster.
name_files() {
  for jar in "$1"/lib/cli-*.jar; do :; done
  cache=${jar##*/cli-}
  cache=statedict-${cache%.jar}-$java_version.aot
}

explain_missing_java() {
  cat >&2 <<'END'
statedict: no Java 25 or newer found: not in JAVA_HOME, not on the PATH, not where JDKs are usually installed
statedict: install a JDK 25, such as Eclipse Temurin 25 (Debian: temurin-25-jdk or openjdk-25-jdk; macOS: brew install temurin@25; SDKMAN: sdk install java 25-tem), or set JAVA_HOME to one
END
}
