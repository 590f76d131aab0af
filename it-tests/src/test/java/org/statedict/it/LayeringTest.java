package org.statedict.it;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.URL;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.statedict.testkit.CaseSetup;
import org.statedict.testkit.Peer;

/// Who may use whom, and what nobody may use.
class LayeringTest {
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.statedict");

  private static final ArchRule NOTHING_RUNS_WHAT_A_FILE_NAMES =
      noClasses()
          .that()
          .doNotBelongToAnyOf(Peer.class, CaseSetup.class)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                      "java.lang.reflect",
                      "java.lang.invoke",
                      "javax.script..",
                      "javax.naming..",
                      "java.rmi..",
                      "java.net.http..",
                      "sun..")
                  .or(nameMatching("java\\.lang\\.(ProcessBuilder|Runtime|ClassLoader)(\\$.*)?"))
                  .or(nameMatching("java\\.io\\.ObjectInput.*"))
                  .or(nameMatching("java\\.net\\..*Socket.*"))
                  .or(nameMatching("java\\.lang\\.foreign\\.(Linker|SymbolLookup)")))
          .orShould()
          .callMethodWhere(
              target(owner(nameMatching("java\\.lang\\.Class")))
                  .and(
                      target(
                          nameMatching(
                              "forName|newInstance|get(Declared)?(Method|Constructor|Field)s?"))))
          .orShould()
          .callMethodWhere(
              target(owner(nameMatching("java\\.lang\\.System")))
                  .and(target(nameMatching("load|loadLibrary"))))
          .orShould()
          .callMethod(URL.class, "openStream")
          .orShould()
          .callMethod(URL.class, "openConnection");

  @Test
  void coreIsLayered() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("org.statedict..")
        .withOptionalLayers(true)
        .layer("tensor")
        .definedBy("org.statedict.tensor")
        .layer("checkpoint")
        .definedBy("org.statedict.checkpoint")
        .layer("spi")
        .definedBy("org.statedict.checkpoint.spi")
        .layer("sharded")
        .definedBy("org.statedict.checkpoint.sharded")
        .layer("everything else")
        .definedBy(
            "org.statedict.nn..",
            "org.statedict.optim..",
            "org.statedict.io..",
            "org.statedict.cli..",
            "org.statedict.testkit..",
            "org.statedict.bench..")
        .whereLayer("sharded")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("spi")
        .mayOnlyBeAccessedByLayers("sharded", "everything else")
        .whereLayer("checkpoint")
        .mayOnlyBeAccessedByLayers("spi", "sharded", "everything else")
        .whereLayer("everything else")
        .mayNotBeAccessedByAnyLayer()
        .check(MAIN);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("org.statedict.(**)").should().beFreeOfCycles().check(MAIN);
  }

  @Test
  void formatsKnowTheCoreAlone() {
    slices()
        .matching("org.statedict.io.(*)..")
        .should()
        .notDependOnEachOther()
        .allowEmptyShould(true)
        .check(MAIN);
    noClasses()
        .that()
        .resideInAPackage("org.statedict.io..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.statedict.nn..",
            "org.statedict.optim..",
            "org.statedict.cli..",
            "org.statedict.testkit..")
        .allowEmptyShould(true)
        .check(MAIN);
  }

  @Test
  void optimizersDoNotKnowModules() {
    noClasses()
        .that()
        .resideInAPackage("org.statedict.optim..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.statedict.nn..")
        .allowEmptyShould(true)
        .check(MAIN);
  }

  @Test
  void commandAndModulesFindFormatsAtRunTime() {
    noClasses()
        .that()
        .resideInAnyPackage("org.statedict.cli..", "org.statedict.nn..", "org.statedict.optim..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.statedict.io..")
        .allowEmptyShould(true)
        .check(MAIN);
  }

  @Test
  void nothingRunsWhatAFileNames() {
    NOTHING_RUNS_WHAT_A_FILE_NAMES.check(MAIN);
  }

  @Test
  void formatsAreFoundByTheCoreAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackages("org.statedict.checkpoint..", "org.statedict.tensor")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ServiceLoader.class)
        .check(MAIN);
  }

  /// The rule can fail: it must, on these.
  @Test
  void offendersAreNoticed() {
    for (Class<?> offender :
        new Class<?>[] {
          Offenders.Loads.class, Offenders.Starts.class, Offenders.Deserialises.class
        }) {
      JavaClasses classes = new ClassFileImporter().importClasses(offender);
      assertThrows(
          AssertionError.class,
          () -> NOTHING_RUNS_WHAT_A_FILE_NAMES.check(classes),
          offender::getName);
    }
  }

  @Test
  void tensorsKernelsAndModulesSeeNoMemorySegments() {
    noClasses()
        .that()
        .haveSimpleName("Tensor")
        .or()
        .haveSimpleNameEndingWith("Kernels")
        .or()
        .resideInAnyPackage("org.statedict.nn..", "org.statedict.optim..", "org.statedict.cli..")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(MemorySegment.class)
        .check(MAIN);
  }

  @Test
  void segmentsCrossTheApiWhereBytesMove() {
    methods()
        .that(DescribedPredicate.describe("mention MemorySegment", LayeringTest::mentionsSegment))
        .and()
        .arePublic()
        .and()
        .areDeclaredInClassesThat()
        .arePublic()
        .and()
        .areDeclaredInClassesThat()
        .resideInAnyPackage("org.statedict.tensor", "org.statedict.checkpoint")
        .should()
        .beDeclaredInClassesThat(
            nameMatching(
                "org\\.statedict\\.(tensor\\.(Storage(\\$Filler)?|TensorBytes)"
                    + "|checkpoint\\.(Source|Target\\$Output))"))
        .check(MAIN);
  }

  private static boolean mentionsSegment(JavaMethod method) {
    return method.getAllInvolvedRawTypes().stream()
        .anyMatch(type -> type.isEquivalentTo(MemorySegment.class));
  }

  @Test
  void mappingsAreClosedByWhoeverOpenedThem() {
    noClasses().should().callMethod(Arena.class, "global").check(MAIN);
  }

  @Test
  void librariesPrintNothing() {
    noClasses()
        .that()
        .resideOutsideOfPackages("org.statedict.cli..", "org.statedict.bench..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(Throwable.class, "printStackTrace")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .check(MAIN);
  }

  @Test
  void formatsExportNothing() {
    classes()
        .that()
        .resideInAPackage("org.statedict.io..")
        .and()
        .arePublic()
        .and()
        .areTopLevelClasses()
        .and()
        .doNotHaveFullyQualifiedName("org.statedict.io.proto.Onnx") // protoc makes it public
        .should()
        .implement(nameMatching(".*\\.(CheckpointFormat|ValueTransform)"))
        .allowEmptyShould(true)
        .check(MAIN);
  }
}
