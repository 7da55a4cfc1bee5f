"""Runs the functions of a test program whose names are sentences, and says so in TAP."""
import sys
import traceback


def run(tests):
    failed = 0
    print("1..%d" % len(tests))
    for n, test in enumerate(tests, 1):
        name = test.__name__.strip("_")
        try:
            test()
            print("ok %d - %s" % (n, name))
        except Exception:  # noqa: BLE001 - whatever it is, it is reported
            failed += 1
            print("not ok %d - %s" % (n, name))
            for line in traceback.format_exc().rstrip().split("\n"):
                print("# " + line)
    sys.exit(1 if failed else 0)
