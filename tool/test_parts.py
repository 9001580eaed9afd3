"""The parts that tool/test.py runs: what, in which rounds, after what."""
from dataclasses import dataclass, field
from pathlib import Path

UNIT = "meson test -C {dir} --no-rebuild --print-errorlogs --suite unit"
MONGO = "node tests/support/mongo/with_mongo.mjs"
# What every engine of the store has to pass, and this one beside.
CONTRACT = sorted(path.stem for path in
                  Path(__file__).parent.parent.glob("src/store/store_*_contract_test.c"))
CONTRACT += ["kinds_test", "mongo_mongo_late_test", "mongo_mongo_prune_test", "mongo_mongo_schema_test"]
TSAN = "second_deadlock_stack=1:halt_on_error=1"


@dataclass
class Part:
    name: str
    rounds: str
    command: str
    needs: tuple = ()
    env: dict = field(default_factory=dict)
    timeout: int = 900
    testlog: str = ""


def built(name, rounds, folder, options="", compiler="gcc"):
    """Sets up `folder` where it is new, or was set up before cmocka came; then builds all of it.

    What clang builds is never shipped: it is linked by lld, which takes a third of the time."""
    command = f"""
        export CC={compiler}{" CC_LD=lld" if compiler == "clang" else ""}
        [ -f {folder}/build.ninja ] || meson setup {folder} -Dtests=enabled {options} || exit 1
        grep -q cmocka {folder}/build.ninja ||
            meson setup --reconfigure {folder} -Dtests=enabled || exit 1
        ninja -C {folder}"""
    return Part(name, rounds, command, () if "web=false" in options else ("page",))


def unit(name, rounds, folder, needs, suites="unit"):
    return Part(name, rounds, UNIT.format(dir=folder).replace("unit", suites), (needs,),
                {"TSAN_OPTIONS": TSAN}, testlog=f"{folder}/meson-logs/testlog.json")


def scenario(name, rounds, script, needs, folder="build", timeout=900):
    return Part(name, rounds, f"npm --prefix tests run --silent {script}", (needs,),
                {"NATTERNET_BIN": f"{{root}}/{folder}/natternet", "TSAN_OPTIONS": TSAN},
                timeout=timeout)


PARTS = [
    Part("generated files", "check test lint", "tool/generate.py --verify"),
    Part("layers", "check test lint", "tool/check_layers.py src"),
    Part("banned functions", "check test lint", "tool/check_words.py"),
    Part("documents", "check test lint", "tool/check_docs.py"),
    Part("systemd unit", "check test lint", "tool/check_unit.sh"),
    Part("page", "check test", "tool/web.sh"),
    Part("page size", "check test", "node clients/web/tool/size.mjs", ("page",)),
    built("build with gcc", "check test", "build"),
    unit("unit tests", "check test", "build", "build with gcc"),
    Part("instructions of the hot paths", "test", "tool/check_instructions.py build",
         ("build with gcc",)),
    scenario("smoke test", "check", "smoke", "build with gcc"),

    built("build with clang, ASan and UBSan", "test lint", "build/asan",
          "-Db_sanitize=address,undefined", "clang"),
    Part("format", "test lint",
         "find src fuzz bench tests -name '*.[ch]' -not -path '*/node_modules/*' -print0 |"
         " xargs -0 clang-format --dry-run -Werror"),
    Part("headers alone", "test lint", "tool/check_headers.py build/asan",
         ("build with clang, ASan and UBSan",)),
    Part("clang-tidy", "test lint", "tool/check_tidy.py build/asan",
         ("build with clang, ASan and UBSan",)),
    Part("gcc -fanalyzer", "test lint", "tool/check_analyzer.py build"),
    unit("unit tests under ASan and UBSan", "test", "build/asan",
         "build with clang, ASan and UBSan"),
    built("build with TSan", "test", "build/tsan", "-Db_sanitize=thread", "clang"),
    unit("unit tests under TSan", "test", "build/tsan", "build with TSan"),
    built("build for fuzzing", "test fuzz", "build/fuzz",
          "-Db_sanitize=address,undefined -Dfuzz=true -Dweb=false", "clang"),
    Part("fuzzing", "test fuzz", "tool/fuzz.py build/fuzz", ("build for fuzzing",), timeout=36000),
    Part("lint of the page", "test lint", "npm --prefix clients/lint run --silent lint", ("page",)),
    Part("SDK and page unit tests", "test", "npm --prefix clients test --silent", ("page",)),
    scenario("scenarios", "test", "api", "build with gcc"),
    scenario("conformance", "test", "conformance", "build with gcc"),
    scenario("conformance under ASan and UBSan", "test", "conformance",
             "build with clang, ASan and UBSan", "build/asan"),
    scenario("scenarios under ASan and UBSan", "test", "api", "build with clang, ASan and UBSan",
             "build/asan"),
    scenario("scenarios under TSan", "test", "api", "build with TSan", "build/tsan"),
    Part("store contract on MongoDB", "test",
         f"{MONGO} --at-once 2 " + " -- ".join(f"{folder}/src/store_{test}" for folder in ("build", "build/asan")
                                   for test in CONTRACT),
         ("build with gcc", "build with clang, ASan and UBSan"),
         {"NATTERNET_TEST_ENGINE": "mongo", "ASAN_OPTIONS": "detect_leaks=1"}),
    scenario("scenarios on MongoDB and NATS", "test", "mongo", "build with gcc"),
    scenario("all scenarios on MongoDB and NATS", "all", "mongo-all", "build with gcc", timeout=2400),
    scenario("scenarios of a cluster", "test", "cluster", "build with gcc"),
    scenario("scenarios of a cluster under ASan and UBSan", "all", "cluster-asan",
             "build with clang, ASan and UBSan", "build/asan", timeout=1800),
    scenario("the long storm of a cluster", "all", "storm", "build with gcc", timeout=1800),
    scenario("packaging", "test", "packaging", "build with gcc"),
    scenario("crash tests", "test", "crash", "build with gcc"),
    scenario("browser tests", "test", "browser", "build with gcc", timeout=3000),
]
