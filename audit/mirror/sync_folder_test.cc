#include "audit/mirror/sync_folder.h"

#include <filesystem>
#include <set>
#include <string>

#include "audit/mirror/files.h"
#include "audit/mirror/log_reader.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/log_folder.h"
#include "tests/testing/status.h"

namespace cairn::mirror {
namespace {

using ::cairn::testing::FilesBelow;
using ::cairn::testing::IsOk;
using ::cairn::testing::PlainLog;
using ::cairn::testing::ReadTestFile;
using ::cairn::testing::ScratchFolder;
using ::cairn::testing::StatusIs;
using ::cairn::testing::WriteTestFile;
using ::testing::AllOf;
using ::testing::HasSubstr;

const PlainLog& Plain() {
  static const auto* const log = new PlainLog();
  return *log;
}

// A log in a folder, and a place for its copy.
struct SyncCase {
  ScratchFolder served;
  ScratchFolder scratch;
  std::string copy = scratch / "log";

  explicit SyncCase(std::size_t size) { Serve(PlainLog::Entries(size)); }
  // Takes the place of what was served.
  void Serve(const std::vector<keys::Bytes>& entries) {
    for (const auto& old : std::filesystem::directory_iterator(served.path())) {
      std::filesystem::remove_all(old.path());
    }
    Plain().Write(served.path(), entries);
  }
  absl::StatusOr<SyncResult> Sync() {
    FolderSource source(served.path());
    return SyncFolder(copy, source, Plain().Vkey());
  }
};

// Everything that the checkpoint in `folder` commits to, read and verified.
absl::StatusOr<std::vector<keys::Bytes>> ReadAll(const std::string& folder) {
  FolderSource source(folder);
  auto reader = LogReader::Open(source, Plain().Vkey());
  if (!reader.ok()) return reader.status();
  std::vector<keys::Bytes> entries;
  for (std::uint64_t i = 0; i < merkle::ToInt((*reader)->size()); ++i) {
    auto entry = (*reader)->ReadEntry(merkle::LeafIndex{i});
    if (!entry.ok()) return entry.status();
    entries.push_back(*std::move(entry));
  }
  return entries;
}

TEST(SyncFolder, CopiesEverySizeAroundTheEdgesOfTiles) {
  for (const std::size_t size : {0, 1, 2, 3, 255, 256, 257, 300, 511, 512, 513}) {
    SyncCase log(size);
    ASSERT_OK_AND_ASSIGN(const SyncResult result, log.Sync());
    EXPECT_EQ(result.checkpoint.size, merkle::TreeSize{size});
    ASSERT_OK_AND_ASSIGN(const auto entries, ReadAll(log.copy));
    EXPECT_EQ(entries, PlainLog::Entries(size)) << size;
  }
}

TEST(SyncFolder, ALogOfThreeLevelsReadsBack) {
  SyncCase log(66'000);
  ASSERT_THAT(log.Sync(), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto entries, ReadAll(log.copy));
  EXPECT_EQ(entries, PlainLog::Entries(66'000));
}

TEST(SyncFolder, GrowsStepByStepToWhatAFreshCopyWouldBe) {
  SyncCase log(0);
  std::uint64_t before = 0;
  for (const std::size_t size : {0, 1, 3, 256, 256, 300, 700, 768}) {
    log.Serve(PlainLog::Entries(size));
    ASSERT_OK_AND_ASSIGN(const SyncResult result, log.Sync());
    EXPECT_EQ(result.from, merkle::TreeSize{before});
    before = size;
  }
  const auto files = FilesBelow(log.copy);
  for (const auto& [path, bytes] : FilesBelow(log.served.path())) {
    EXPECT_TRUE(files.count(path) && files.at(path) == bytes) << path;
  }
  // The partial tiles of sizes between stay for as long as there is no full one.
  EXPECT_TRUE(files.count("tile/1/000.p/2"));
}

TEST(SyncFolder, PartialTilesGoOnceTheFullOneIsThereAndServeAsFallback) {
  SyncCase log(300);
  ASSERT_THAT(log.Sync(), IsOk());
  EXPECT_TRUE(FilesBelow(log.copy).count("tile/0/001.p/44"));
  const std::string old_note = ReadTestFile(log.copy + "/checkpoint");
  log.Serve(PlainLog::Entries(512));
  ASSERT_THAT(log.Sync(), IsOk());
  EXPECT_FALSE(FilesBelow(log.copy).count("tile/0/001.p/44"));
  // Who still has the older checkpoint reads the full tile and bundle instead.
  WriteTestFile(log.copy + "/checkpoint", old_note);
  ASSERT_OK_AND_ASSIGN(const auto entries, ReadAll(log.copy));
  EXPECT_EQ(entries, PlainLog::Entries(300));
}

TEST(SyncFolder, AnotherHistoryIsKeptAsEvidenceAndTheCopyStays) {
  for (const std::size_t size : {300, 301, 299}) {
    SyncCase log(300);
    ASSERT_THAT(log.Sync(), IsOk());
    const std::string honest = ReadTestFile(log.copy + "/checkpoint");
    log.Serve(PlainLog::Entries(size, "entry", 250));
    EXPECT_THAT(log.Sync(), StatusIs(absl::StatusCode::kDataLoss,
                                     AllOf(HasSubstr("two histories"), HasSubstr("evidence"))));
    EXPECT_EQ(ReadTestFile(log.copy + "/checkpoint"), honest);
    std::set<std::string> kept;
    for (const auto& [path, bytes] : FilesBelow(log.copy + "/evidence")) kept.insert(bytes);
    EXPECT_EQ(kept, (std::set<std::string>{honest, ReadTestFile(log.served / "checkpoint")}));
    ASSERT_OK_AND_ASSIGN(const auto entries, ReadAll(log.copy));
    EXPECT_EQ(entries, PlainLog::Entries(300));
  }
}

TEST(SyncFolder, ASourceThatLagsBehindChangesNothing) {
  SyncCase log(300);
  ASSERT_THAT(log.Sync(), IsOk());
  log.Serve(PlainLog::Entries(257));
  ASSERT_OK_AND_ASSIGN(const SyncResult result, log.Sync());
  EXPECT_EQ(result.shown, merkle::TreeSize{257});
  EXPECT_EQ(result.checkpoint.size, merkle::TreeSize{300});
}

TEST(SyncFolder, ANoteOfAnotherKeyOrOriginIsNotTaken) {
  SyncCase log(3);
  const PlainLog other("log.example.org/other");
  FolderSource source(log.served.path());
  EXPECT_THAT(SyncFolder(log.copy, source, other.Vkey()),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("checkpoint")));
}

TEST(SyncFolder, WhatTheSourceSpoilsIsNamedAndNothingMoves) {
  for (const char* path : {"tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000",
                           "tile/entries/001.p/44"}) {
    SyncCase log(300);
    const std::string file = log.served / path;
    std::string bytes = ReadTestFile(file);
    bytes[bytes.size() / 2] ^= 1;
    WriteTestFile(file, bytes);
    EXPECT_THAT(log.Sync(), StatusIs(absl::StatusCode::kDataLoss, HasSubstr(path)));
    EXPECT_FALSE(FilesBelow(log.copy).count("checkpoint")) << path;
    EXPECT_FALSE(std::filesystem::exists(log.copy + "/evidence")) << path;
  }
}

// Fails after so many answers, as a network does.
class BreakingSource final : public Source {
 public:
  BreakingSource(std::string folder, int answers) : folder_(std::move(folder)), left_(answers) {}
  absl::StatusOr<keys::Bytes> Fetch(const std::string& path, std::size_t limit) override {
    if (left_-- <= 0) return absl::UnavailableError("the network is gone");
    return folder_.Fetch(path, limit);
  }
  std::string Name() const override { return "breaking"; }

 private:
  FolderSource folder_;
  int left_;
};

TEST(SyncFolder, GoesOnWhereItBrokeOff) {
  SyncCase log(1000);
  for (int answers = 0;; ++answers) {
    std::filesystem::remove_all(log.copy);
    BreakingSource breaking(log.served.path(), answers);
    const auto broken = SyncFolder(log.copy, breaking, Plain().Vkey());
    if (broken.ok()) break;
    EXPECT_THAT(broken, StatusIs(absl::StatusCode::kUnavailable));
    EXPECT_FALSE(FilesBelow(log.copy).count("checkpoint"));
    const bool has_bundle = FilesBelow(log.copy).count("tile/entries/000") > 0;
    ASSERT_OK_AND_ASSIGN(const SyncResult result, log.Sync());
    EXPECT_EQ(result.bundles_kept > 0, has_bundle);
    EXPECT_EQ(result.bundles_kept + result.bundles_fetched, 4U);
    ASSERT_OK_AND_ASSIGN(const auto entries, ReadAll(log.copy));
    EXPECT_EQ(entries, PlainLog::Entries(1000));
  }
}

TEST(SyncFolder, ACopyThatWasChangedDoesNotGrow) {
  SyncCase log(300);
  ASSERT_THAT(log.Sync(), IsOk());
  std::string bytes = ReadTestFile(log.copy + "/tile/0/001.p/44");
  bytes[7] ^= 4;
  WriteTestFile(log.copy + "/tile/0/001.p/44", bytes);
  log.Serve(PlainLog::Entries(301));
  EXPECT_THAT(log.Sync(), StatusIs(absl::StatusCode::kDataLoss,
                                   AllOf(HasSubstr(log.copy), HasSubstr("tile/0/001.p/44"))));
}

TEST(SyncFolder, OneProcessWritesACopyAtATime) {
  SyncCase log(3);
  ASSERT_THAT(MakeFolders(log.copy), IsOk());
  ASSERT_OK_AND_ASSIGN(const FolderLock lock, FolderLock::Acquire(log.copy + "/lock"));
  EXPECT_THAT(log.Sync(), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(LogReader, EveryFlippedByteOfACopyIsNoticedAndNamed) {
  SyncCase log(260);
  ASSERT_THAT(log.Sync(), IsOk());
  for (const auto& [path, bytes] : FilesBelow(log.copy)) {
    if (path == "lock") continue;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      std::string spoiled = bytes;
      spoiled[at] = static_cast<char>(spoiled[at] ^ (1 << (at % 8)));
      WriteTestFile(log.copy + "/" + path, spoiled);
      const auto read = ReadAll(log.copy);
      ASSERT_FALSE(read.ok()) << "byte " << at << " of " << path;
      EXPECT_THAT(std::string(read.status().message()), HasSubstr(path));
    }
    WriteTestFile(log.copy + "/" + path, bytes);
  }
  EXPECT_THAT(ReadAll(log.copy), IsOk());
}

TEST(LogReader, EveryMissingOrCutFileIsNoticed) {
  SyncCase log(260);
  ASSERT_THAT(log.Sync(), IsOk());
  for (const auto& [path, bytes] : FilesBelow(log.copy)) {
    if (path == "lock") continue;
    WriteTestFile(log.copy + "/" + path, bytes.substr(0, bytes.size() - 1));
    EXPECT_FALSE(ReadAll(log.copy).ok()) << path;
    std::filesystem::remove(log.copy + "/" + path);
    EXPECT_THAT(ReadAll(log.copy), StatusIs(absl::StatusCode::kNotFound)) << path;
    WriteTestFile(log.copy + "/" + path, bytes);
  }
}

TEST(LogReader, GivesTheRootAtEverySmallerSize) {
  SyncCase log(300);
  FolderSource source(log.served.path());
  ASSERT_OK_AND_ASSIGN(const auto reader, LogReader::Open(source, Plain().Vkey()));
  merkle::Frontier frontier;
  for (const keys::Bytes& entry : PlainLog::Entries(300)) {
    ASSERT_OK_AND_ASSIGN(const merkle::NodeHash root, reader->RootAt(frontier.size()));
    EXPECT_EQ(root, frontier.Root());
    frontier.Append(merkle::HashLeaf(keys::AsBytes(entry)));
  }
  EXPECT_THAT(reader->RootAt(merkle::TreeSize{301}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(reader->ReadEntry(merkle::LeafIndex{300}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(reader->ReadTile(2, 0), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace cairn::mirror
