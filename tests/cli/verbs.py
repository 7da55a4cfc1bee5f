"""What the tests of the verbs share: the homes and servers of the tests of the whole program."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
from served import *  # noqa: E402,F401,F403

JA = {"LC_ALL": "ja_JP.UTF-8"}
