// What the tests that kill have in common: a program to be killed, and the audit of every receipt
// that it gave.
#ifndef CAIRN_TESTS_CRASH_HARNESS_H_
#define CAIRN_TESTS_CRASH_HARNESS_H_

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/log/store.h"
#include "audit/merkle/proof.h"
#include "audit/merkle/tile_source.h"
#include "audit/merkle/verify.h"
#include "audit/note/proof_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keys/vkey.h"
#include "tests/crash/frames.h"
#include "tests/testing/small_log.h"
#include "tests/testing/status.h"

namespace cairn::crash {

using testing::IsOk;
using testing::OrDie;

inline unsigned FromEnvironment(const char* name, unsigned otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

// A started program, its standard output in a file; if `quiet`, its standard error too.
class Child {
 public:
  Child(const std::vector<std::string>& command, const std::string& output, bool quiet = false) {
    pid_ = fork();
    if (pid_ != 0) return;
    const int file = open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0 || dup2(file, STDOUT_FILENO) < 0) _exit(127);
    if (quiet && dup2(file, STDERR_FILENO) < 0) _exit(127);
    std::vector<char*> arguments;
    for (const std::string& part : command) arguments.push_back(const_cast<char*>(part.c_str()));
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  // True if it was still running.
  bool Kill() {
    kill(pid_, SIGKILL);
    const int status = Wait();
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  }
  // Asks it to end, and gives its exit code; -1 if it did not exit by itself.
  int Terminate() {
    kill(pid_, SIGTERM);
    return ExitCode();
  }
  int ExitCode() {
    const int status = Wait();
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  int Wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    return status;
  }
  pid_t pid_ = -1;
};

inline std::string ReadAll(const std::string& path) {
  std::string bytes;
  if (std::FILE* file = std::fopen(path.c_str(), "rb")) {
    char buffer[65536];
    for (std::size_t got; (got = std::fread(buffer, 1, sizeof(buffer), file)) > 0;) {
      bytes.append(buffer, got);
    }
    std::fclose(file);
  }
  return bytes;
}

// Checks every receipt that was ever given against the log as it is now.
class Auditor {
 public:
  Auditor(const log::Store& store, const keys::VerifierKey& vkey)
      : store_(store),
        head_(OrDie(store.ReadHead())),
        nodes_(head_.size, store),
        policy_(
            OrDie(note::Policy::Parse(absl::StrCat("log ", vkey.ToString(), "\nquorum none\n")))) {}

  void Check(const Receipt& receipt) {
    auto verified = note::VerifyProofFile(keys::AsBytes(receipt.entry),
                                          keys::AsBytes(receipt.proof_file), policy_);
    ASSERT_THAT(verified, IsOk());
    // The same bytes are at the same leaf now, under the root of now.
    const merkle::LeafIndex index = verified->index;
    ASSERT_EQ(OrDie(store_.ReadEntry(index)), receipt.entry);
    auto path = merkle::ProveInclusion(index, head_.size, nodes_);
    ASSERT_THAT(path, IsOk());
    ASSERT_THAT(merkle::VerifyInclusion(verified->leaf, index, head_.size, *path, head_.root),
                IsOk());
    // The tree of then is the beginning of the tree of now.
    const note::Checkpoint& then = verified->opened.checkpoint;
    const auto [known, is_new] = roots_.emplace(merkle::ToInt(then.size), then.root);
    ASSERT_EQ(known->second, then.root)
        << "two roots were signed for size " << merkle::ToInt(then.size);
    if (!is_new) return;
    auto proof = merkle::ProveConsistency(then.size, head_.size, nodes_);
    ASSERT_THAT(proof, IsOk());
    ASSERT_THAT(merkle::VerifyConsistency(then.size, then.root, head_.size, head_.root, *proof),
                IsOk());
  }

  std::size_t notes() const { return roots_.size(); }
  const log::TreeHead& head() const { return head_; }

 private:
  const log::Store& store_;
  const log::TreeHead head_;
  const merkle::TileSource nodes_;
  const note::Policy policy_;
  std::map<std::uint64_t, merkle::NodeHash> roots_;
};

}  // namespace cairn::crash

#endif  // CAIRN_TESTS_CRASH_HARNESS_H_
