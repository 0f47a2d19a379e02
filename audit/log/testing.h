// What the tests of this folder share.
#ifndef CAIRN_AUDIT_LOG_TESTING_H_
#define CAIRN_AUDIT_LOG_TESTING_H_

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/log/anchor.h"
#include "audit/log/fsck.h"
#include "audit/log/mutex.h"
#include "audit/log/rocks_store.h"
#include "audit/log/sequencer.h"
#include "audit/merkle/hash.h"
#include "audit/merkle/verify.h"
#include "audit/note/checkpoint.h"
#include "audit/statement/entry.h"
#include "gtest/gtest.h"
#include "tests/testing/small_log.h"
#include "tests/testing/status.h"

namespace cairn::log::testing {

using cairn::testing::IsOk;
using cairn::testing::OrDie;
using cairn::testing::SmallLog;
using cairn::testing::Speaker;
using cairn::testing::StatusIs;
using Statements = std::vector<statement::VerifiedStatement>;

// A directory of its own, gone with the test.
class TempFolder {
 public:
  TempFolder() {
    std::string path = (std::filesystem::temp_directory_path() / "cairn-log-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) std::abort();
    path_ = path;
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

inline void CopyTree(const std::string& from, const std::string& to) {
  std::filesystem::remove_all(to);
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
}

// Gives statements and waits for what becomes of all of them, in their order. One call lands in as
// few batches as the sequencer makes of it.
inline std::vector<Outcome> SubmitAll(Sequencer& sequencer, const Statements& statements) {
  struct Waiting {
    Mutex mutex;
    CondVar done;
    std::size_t open ABSL_GUARDED_BY(mutex) = 0;
    std::vector<Outcome> outcomes ABSL_GUARDED_BY(mutex);
  } waiting;
  {
    const MutexLock lock(waiting.mutex);
    waiting.open = statements.size();
    waiting.outcomes.assign(statements.size(), Outcome(absl::InternalError("not answered")));
  }
  const auto answer = [&waiting](std::size_t i, Outcome outcome) {
    const MutexLock lock(waiting.mutex);
    waiting.outcomes[i] = std::move(outcome);
    if (--waiting.open == 0) waiting.done.NotifyAll();
  };
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const absl::Status status = sequencer.Submit(
        {statements[i], [&answer, i](Outcome outcome) { answer(i, std::move(outcome)); }});
    if (!status.ok()) answer(i, status);
  }
  const MutexLock lock(waiting.mutex);
  while (waiting.open > 0) waiting.done.Wait(waiting.mutex);
  return waiting.outcomes;
}

inline Outcome SubmitOne(Sequencer& sequencer, const statement::VerifiedStatement& statement) {
  return SubmitAll(sequencer, {statement}).front();
}

// The refusal's text fields, whether signed or not.
inline v1::Refusal RefusalOf(const Outcome& outcome) {
  v1::Refusal refusal;
  if (const auto* signed_refusal = std::get_if<v1::SignedRefusal>(&outcome)) {
    if (!refusal.ParseFromString(signed_refusal->refusal())) ADD_FAILURE() << "no refusal";
  } else {
    ADD_FAILURE() << "not refused";
  }
  return refusal;
}

// A log in a folder: database "db", anchor "anchor". May be opened and closed again and again.
class TestLog {
 public:
  explicit TestLog(const TempFolder& folder) : folder_(folder) {}
  ~TestLog() { Close(); }

  // Opens store and sequencer; what went wrong otherwise.
  absl::Status Open(RocksOptions options = {}) {
    Close();
    auto store = OpenRocksStore(folder_ / "db", options);
    if (!store.ok()) return store.status();
    store_ = *std::move(store);
    SequencerHooks hooks;
    hooks.now_ms = [this] { return now_ms; };
    hooks.check = check;
    hooks.on_head = on_head;
    hooks.on_fatal = [this](const absl::Status& status) { fatal = status; };
    SequencerOptions sequencer_options;
    sequencer_options.foreign_notes = foreign_notes;
    auto sequencer = Sequencer::Open(*store_, folder_ / "anchor", Identity(), std::move(hooks),
                                     sequencer_options);
    if (!sequencer.ok()) {
      store_.reset();
      return sequencer.status();
    }
    sequencer_ = *std::move(sequencer);
    return absl::OkStatus();
  }
  void Close() {
    sequencer_.reset();
    store_.reset();
  }

  LogIdentity Identity() { return {small.origin(), &small.log_key(), &small.the_operator().key()}; }
  Sequencer& sequencer() { return *sequencer_; }
  Store& store() { return *store_; }
  std::string anchor_path() const { return folder_ / "anchor"; }
  std::string database_path() const { return folder_ / "db"; }

  // Genesis, its endorsement, and `claims` claims of the registrar, in one call.
  Statements Found(std::size_t claims = 0) {
    Statements statements = small.Founding();
    for (std::size_t i = 0; i < claims; ++i) {
      statements.push_back(small.registrar().SignClaim(i));
    }
    return statements;
  }

  // The doubts of a check of the open store and its anchor.
  FsckReport Check() { return Fsck(*store_, ReadAnchor(anchor_path()), small.vkey()); }

  SmallLog small;
  std::uint64_t now_ms = 1'700'000'000'000;
  decltype(SequencerHooks::check) check;
  decltype(SequencerHooks::on_head) on_head;
  std::vector<keys::Bytes> foreign_notes;
  absl::Status fatal;  // Written by the sequencer's thread; read after an answer or Close.

 private:
  const TempFolder& folder_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Sequencer> sequencer_;
};

// That `outcome` is a leaf whose proof leads, for exactly this statement, to a note of this log.
inline void ExpectReceipt(const Outcome& outcome, const statement::VerifiedStatement& statement,
                          const keys::VerifierKey& vkey) {
  const auto* logged = std::get_if<Logged>(&outcome);
  if (const auto* status = std::get_if<absl::Status>(&outcome)) FAIL() << *status;
  if (std::holds_alternative<v1::SignedRefusal>(outcome)) {
    FAIL() << RefusalOf(outcome).ShortDebugString();
  }
  auto opened = note::OpenCheckpoint(keys::AsBytes(logged->head->note), vkey);
  ASSERT_THAT(opened, IsOk());
  EXPECT_EQ(opened->checkpoint.size, logged->head->head.size);
  const keys::Bytes entry =
      statement::EncodeEntry(logged->logged_at_ms, keys::AsBytes(statement.signed_bytes()));
  auto proof = logged->ProveInclusion();
  ASSERT_THAT(proof, IsOk());
  EXPECT_THAT(merkle::VerifyInclusion(merkle::HashLeaf(keys::AsBytes(entry)), logged->index,
                                      opened->checkpoint.size, *proof, opened->checkpoint.root),
              IsOk());
}

// One text of all doubts, to search in and to print.
inline std::string Doubts(const FsckReport& report) {
  std::string text;
  for (const Doubt& doubt : report.doubts) {
    absl::StrAppend(&text, DoubtName(doubt.about), ": ", doubt.message, "\n");
  }
  return text;
}

}  // namespace cairn::log::testing

#endif  // CAIRN_AUDIT_LOG_TESTING_H_
