#!/usr/bin/env python3
"""Breaks each kind of rule once in a file of its own and expects the check to name it."""
import pathlib
import tempfile
import unittest

import check


class CheckTest(unittest.TestCase):
    def breaches(self, place, include):
        with tempfile.TemporaryDirectory() as top:
            check.TOP = pathlib.Path(top)
            source = check.TOP / place
            source.parent.mkdir(parents=True)
            source.write_text(f"#include {include}\n", encoding="utf-8")
            return list(check.breaches_of(source))

    def test_a_folder_must_not_use_what_stands_below_it(self):
        self.assertIn("stands below", self.breaches("audit/merkle/a.cc", '"audit/log/store.h"')[0])

    def test_the_client_never_links_the_log_store(self):
        self.assertIn("must not use audit/log", self.breaches("client/a.cc", '"audit/log/store.h"')[0])

    def test_only_the_log_includes_rocksdb(self):
        self.assertIn("allowed in: audit/log", self.breaches("broker/a.cc", "<rocksdb/db.h>")[0])

    def test_pure_folders_have_no_clock(self):
        self.assertIn("is pure", self.breaches("audit/ledger/a.cc", "<ctime>")[0])

    def test_sources_do_not_use_the_tests(self):
        self.assertIn("only tests use", self.breaches("keys/a.cc", '"tests/testing/status.h"')[0])

    def test_what_stands_above_may_be_used(self):
        self.assertEqual([], self.breaches("audit/log/a.cc", '"audit/merkle/tree.h"'))


if __name__ == "__main__":
    unittest.main()
