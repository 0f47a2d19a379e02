// Every write and every sync of the database fails in turn; after each the log is opened again and
// the whole store is checked: nothing that was acknowledged is lost, and nothing is forked.
#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "audit/log/testing.h"
#include "audit/merkle/proof.h"
#include "audit/merkle/tile_source.h"
#include "gmock/gmock.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"

namespace cairn::log {
namespace {

using testing::Doubts;
using testing::ExpectReceipt;
using testing::IsOk;
using testing::Statements;
using testing::SubmitOne;
using testing::TempFolder;
using testing::TestLog;

enum class FaultKind {
  kError,  // The call fails and does nothing.
  kTorn,   // Half of what was to be written is written, then the call fails.
};

// Counts the calls that change files; from the `fail_at`-th on all of them fail, as on a disk that
// has gone, and nothing reaches the files any more. Knows how much of each file was synced.
class FaultFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  FaultFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "FaultFileSystem"; }

  void Arm(std::uint64_t fail_at, FaultKind kind) {
    calls_ = 0;
    fail_at_ = fail_at;
    kind_ = kind;
  }
  std::uint64_t calls() const { return calls_; }
  bool failed() const { return fail_at_ != 0 && calls_ >= fail_at_; }
  FaultKind kind() const { return kind_; }

  // Counts one call; true if it is the first to fail, `dead` if it comes after that.
  enum class Fate { kGood, kFails, kDead };
  Fate Next() {
    const std::uint64_t call = ++calls_;
    if (fail_at_ == 0 || call < fail_at_) return Fate::kGood;
    return call == fail_at_ ? Fate::kFails : Fate::kDead;
  }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    if (Next() != Fate::kGood) return rocksdb::IOStatus::IOError("injected");
    const rocksdb::IOStatus status = target()->RenameFile(from, to, options, debug);
    const MutexLock lock(mutex_);
    if (const auto found = synced_.find(from); status.ok() && found != synced_.end()) {
      synced_[to] = found->second;
      synced_.erase(from);
    }
    return status;
  }

  void SetSynced(const std::string& name, std::uint64_t size) {
    const MutexLock lock(mutex_);
    synced_[name] = size;
  }
  // As if the power had failed: what was written and not synced is gone.
  void DropUnsynced() {
    const MutexLock lock(mutex_);
    for (const auto& [name, size] : synced_) {
      if (std::filesystem::exists(name) && std::filesystem::file_size(name) > size) {
        std::filesystem::resize_file(name, size);
      }
    }
    synced_.clear();
  }

 private:
  std::atomic<std::uint64_t> calls_{0};
  std::atomic<std::uint64_t> fail_at_{0};
  std::atomic<FaultKind> kind_{FaultKind::kError};
  Mutex mutex_;
  std::map<std::string, std::uint64_t> synced_ ABSL_GUARDED_BY(mutex_);
};

class FaultFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string name, FaultFileSystem& fs)
      : FSWritableFileOwnerWrapper(std::move(file)), name_(std::move(name)), fs_(fs) {
    fs_.SetSynced(name_, 0);
  }
  using FSWritableFileOwnerWrapper::Append;
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
    const auto fate = fs_.Next();
    if (fate == FaultFileSystem::Fate::kGood) {
      size_ += data.size();
      return target()->Append(data, options, debug);
    }
    if (fate == FaultFileSystem::Fate::kFails && fs_.kind() == FaultKind::kTorn) {
      target()->Append({data.data(), data.size() / 2}, options, debug).PermitUncheckedError();
      target()->Flush(options, debug).PermitUncheckedError();
    }
    return rocksdb::IOStatus::IOError("injected");
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo&,
                           rocksdb::IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                         rocksdb::IODebugContext* debug) override {
    return Synced([&] { return target()->Sync(options, debug); });
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* debug) override {
    return Synced([&] { return target()->Fsync(options, debug); });
  }

 private:
  template <typename Call>
  rocksdb::IOStatus Synced(Call call) {
    if (fs_.Next() != FaultFileSystem::Fate::kGood) return rocksdb::IOStatus::IOError("injected");
    const rocksdb::IOStatus status = call();
    if (status.ok()) fs_.SetSynced(name_, size_);
    return status;
  }

  const std::string name_;
  FaultFileSystem& fs_;
  std::uint64_t size_ = 0;
};

rocksdb::IOStatus FaultFileSystem::NewWritableFile(const std::string& name,
                                                   const rocksdb::FileOptions& options,
                                                   std::unique_ptr<rocksdb::FSWritableFile>* result,
                                                   rocksdb::IODebugContext* debug) {
  if (Next() != Fate::kGood) return rocksdb::IOStatus::IOError("injected");
  std::unique_ptr<rocksdb::FSWritableFile> file;
  const rocksdb::IOStatus status = target()->NewWritableFile(name, options, &file, debug);
  // The info log is nobody's data, and its writing is not ours to count.
  if (status.ok() && name.find("/LOG") == std::string::npos) {
    *result = std::make_unique<FaultFile>(std::move(file), name, *this);
  } else {
    *result = std::move(file);
  }
  return status;
}

// One life of the log under faults, and what is to be true afterwards.
class FaultRun {
 public:
  FaultRun()
      : fs_(std::make_shared<FaultFileSystem>()),
        env_(rocksdb::NewCompositeEnv(fs_)),
        log_(folder_) {
    options_.env = env_.get();
    statements_ = log_.Found(4);
  }

  // Opens and logs statement after statement until the fault strikes; false if it never did.
  bool Live(std::uint64_t fail_at, FaultKind kind) {
    fs_->Arm(fail_at, kind);
    if (log_.Open(options_).ok()) {
      for (std::size_t i = 0; i < statements_.size() && log_.fatal.ok(); ++i) {
        const Outcome outcome = SubmitOne(log_.sequencer(), statements_[i]);
        if (const auto* logged = std::get_if<Logged>(&outcome)) {
          acknowledged_[i] = *logged;
          ExpectReceipt(outcome, statements_[i], log_.small.vkey());
        }
      }
    }
    for (auto& [i, logged] : acknowledged_) logged.nodes.reset();
    const bool struck = fs_->failed();
    // A process that was ended writes nothing more; closing must not either.
    if (struck) fs_->Arm(1, FaultKind::kError);
    log_.Close();
    fs_->DropUnsynced();
    fs_->Arm(0, FaultKind::kError);
    return struck;
  }

  // Opens again without faults and checks everything.
  void Audit() {
    log_.fatal = absl::OkStatus();
    ASSERT_THAT(log_.Open(options_), IsOk());
    ASSERT_FALSE(log_.sequencer().sealed().has_value()) << *log_.sequencer().sealed();
    const FsckReport report = log_.Check();
    ASSERT_TRUE(report.clean()) << Doubts(report);
    for (const auto& [i, logged] : acknowledged_) CheckAcknowledged(i, logged);
    // Everybody asks again; who had an answer gets the same leaf.
    for (std::size_t i = 0; i < statements_.size(); ++i) {
      const Outcome outcome = SubmitOne(log_.sequencer(), statements_[i]);
      ExpectReceipt(outcome, statements_[i], log_.small.vkey());
      ASSERT_TRUE(std::holds_alternative<Logged>(outcome));
      EXPECT_EQ(std::get<Logged>(outcome).index, merkle::LeafIndex{i});
    }
    EXPECT_EQ(log_.sequencer().Head()->head.size, merkle::TreeSize{statements_.size()});
    const FsckReport after = log_.Check();
    EXPECT_TRUE(after.clean()) << Doubts(after);
  }

 private:
  void CheckAcknowledged(std::size_t i, const Logged& logged) {
    SCOPED_TRACE(absl::StrCat("statement ", i));
    EXPECT_EQ(log_.store().FindLeaf(statements_[i].id()).value(), logged.index);
    const TreeHead now = log_.sequencer().Head()->head;
    ASSERT_GE(now.size, logged.head->head.size);
    EXPECT_EQ(merkle::RootAt(logged.head->head.size,
                             merkle::TileSource(logged.head->head.size, log_.store()))
                  .value(),
              logged.head->head.root);
  }

  TempFolder folder_;
  std::shared_ptr<FaultFileSystem> fs_;
  std::unique_ptr<rocksdb::Env> env_;
  RocksOptions options_;
  TestLog log_;
  Statements statements_;
  std::map<std::size_t, Logged> acknowledged_;
};

void FailEachCallInTurn(FaultKind kind) {
  std::uint64_t fail_at = 1;
  for (bool struck = true; struck; ++fail_at) {
    SCOPED_TRACE(absl::StrCat("failing call ", fail_at));
    FaultRun run;
    struck = run.Live(fail_at, kind);
    run.Audit();
    if (::testing::Test::HasFatalFailure()) return;
    ASSERT_LT(fail_at, 2000u) << "the workload never gets through";
  }
  // Making the database, six statements with two writes and syncs each at the least.
  EXPECT_GT(fail_at, 30u);
}

TEST(Faults, EveryFailingWriteOrSyncLosesNothingAcknowledged) {
  FailEachCallInTurn(FaultKind::kError);
}

TEST(Faults, EveryTornWriteLosesNothingAcknowledged) { FailEachCallInTurn(FaultKind::kTorn); }

TEST(Faults, AfterAFailedWriteEverythingIsAnsweredWithAnErrorAndNothingIsSigned) {
  TempFolder folder;
  const auto fs = std::make_shared<FaultFileSystem>();
  const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(fs);
  TestLog log(folder);
  RocksOptions options;
  options.env = env.get();
  ASSERT_THAT(log.Open(options), IsOk());
  const Statements statements = log.Found(2);
  SubmitOne(log.sequencer(), statements[0]);
  const std::string anchor = testing::ReadFile(log.anchor_path());
  fs->Arm(1, FaultKind::kError);
  const Outcome outcome = SubmitOne(log.sequencer(), statements[1]);
  ASSERT_TRUE(std::holds_alternative<absl::Status>(outcome));
  EXPECT_EQ(std::get<absl::Status>(outcome).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(log.sequencer().Submit({statements[2], [](const Outcome&) {}}).code(),
            absl::StatusCode::kUnavailable);
  EXPECT_FALSE(log.fatal.ok());
  EXPECT_EQ(testing::ReadFile(log.anchor_path()), anchor);
  log.Close();
}

// RocksDB asserts that nobody writes on after a failed write, and the writers are several threads.
TEST(Faults, AfterAFailedWriteNobodyWritesOn) {
  TempFolder folder;
  const auto fs = std::make_shared<FaultFileSystem>();
  const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(fs);
  RocksOptions options;
  options.env = env.get();
  int told = 0;
  options.on_write_failure = [&told](const absl::Status&) { ++told; };
  const std::unique_ptr<Store> store = testing::OrDie(OpenRocksStore(folder / "db", options));
  fs->Arm(1, FaultKind::kTorn);
  const absl::Status first = store->CommitContent({{"a", "1"}}, Durability::kSynced);
  EXPECT_EQ(first.code(), absl::StatusCode::kUnavailable);
  const std::uint64_t calls = fs->calls();
  EXPECT_EQ(store->CommitContent({{"b", "2"}}, Durability::kUnsynced), first);
  EXPECT_EQ(store->PutNote({merkle::TreeSize{0}, "note"}, Durability::kSynced), first);
  EXPECT_EQ(fs->calls(), calls);
  EXPECT_EQ(told, 1);
}

}  // namespace
}  // namespace cairn::log
