#include "client/transfer.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>

#include "client/testing.h"
#include "gtest/gtest.h"
#include "tests/testing/status.h"

namespace cairn::client {
namespace {

using ::cairn::client::testing::FakeBroker;
using ::cairn::client::testing::TempFolder;
using ::cairn::client::testing::TestParty;
using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::uint64_t kMiB = kContentChunkBytes;

// Bytes that differ from chunk to chunk.
std::string SomeBytes(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint32_t state = 1;
  for (char& c : bytes) {
    state = state * 1664525 + 1013904223;
    c = static_cast<char>(state >> 24);
  }
  return bytes;
}

class TransferTest : public ::testing::Test {
 protected:
  TransferTest() : party_(broker_) {}
  Transfer MakeTransfer() { return testing::OrAbort(Transfer::Create(party_.context())); }
  std::string Read(const std::string& path) {
    return testing::OrAbort(ReadFile(path, std::size_t{64} * kMiB));
  }

  FakeBroker broker_;
  TestParty party_;
  TempFolder folder_;
  const std::string bytes_ = SomeBytes(5 * kMiB + 17);
  const keys::Digest digest_ = keys::Sha256(keys::AsBytes(bytes_));
};

TEST_F(TransferTest, DescribesAFileChunkByChunk) {
  const std::string path = folder_.Write("file", bytes_);
  ASSERT_OK_AND_ASSIGN(const LocalContent content, DescribeContent(path));
  EXPECT_EQ(content.digest, digest_);
  EXPECT_EQ(content.size, bytes_.size());
  ASSERT_EQ(content.chunks.size(), 6u);
  EXPECT_EQ(content.chunks[5], keys::Sha256(keys::AsBytes(bytes_.substr(5 * kMiB))));
}

TEST_F(TransferTest, AnEmptyFileAndAFolderAreNoContent) {
  EXPECT_THAT(DescribeContent(folder_.Write("empty", "")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("0 bytes")));
  EXPECT_THAT(DescribeContent(folder_.path()), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(DescribeContent(folder_.path() + "/none"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(TransferTest, UploadsAFile) {
  ASSERT_OK_AND_ASSIGN(const LocalContent content, DescribeContent(folder_.Write("f", bytes_)));
  Transfer transfer = MakeTransfer();
  EXPECT_THAT(transfer.Upload(content, "handover"), IsOk());
  EXPECT_EQ(broker_.Content(digest_.ToBytes()), bytes_);
  EXPECT_THAT(broker_.write_offsets(), ElementsAre(0u));
}

TEST_F(TransferTest, GoesOnWithAnUploadWhereTheConnectionBroke) {
  ASSERT_OK_AND_ASSIGN(const LocalContent content, DescribeContent(folder_.Write("f", bytes_)));
  broker_.break_writes_after = 3;
  Transfer transfer = MakeTransfer();
  EXPECT_THAT(transfer.Upload(content, "handover"), IsOk());
  EXPECT_EQ(broker_.Content(digest_.ToBytes()), bytes_);
  EXPECT_THAT(broker_.write_offsets(), ElementsAre(0u, 3 * kMiB));
}

TEST_F(TransferTest, SendsNothingOfAFileThatIsThere) {
  ASSERT_OK_AND_ASSIGN(const LocalContent content, DescribeContent(folder_.Write("f", bytes_)));
  broker_.AddContent(bytes_);
  Transfer transfer = MakeTransfer();
  EXPECT_THAT(transfer.Upload(content, "handover"), IsOk());
  EXPECT_TRUE(broker_.write_offsets().empty());
}

TEST_F(TransferTest, AFileThatChangedIsNotSent) {
  const std::string path = folder_.Write("f", bytes_);
  ASSERT_OK_AND_ASSIGN(const LocalContent content, DescribeContent(path));
  std::string changed = bytes_;
  changed[2 * kMiB] ^= 1;
  folder_.Write("f", changed);
  Transfer transfer = MakeTransfer();
  EXPECT_THAT(transfer.Upload(content, "handover"),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("changed while")));
}

TEST_F(TransferTest, AChunkThatTheBrokerRefusesIsNotTriedAgain) {
  ASSERT_OK_AND_ASSIGN(const LocalContent content, DescribeContent(folder_.Write("f", bytes_)));
  broker_.refuse_chunks = true;
  Transfer transfer = MakeTransfer();
  EXPECT_THAT(transfer.Upload(content, "handover"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not the one declared")));
  EXPECT_THAT(broker_.write_offsets(), ElementsAre(0u));
}

TEST_F(TransferTest, GivesUpWhenNothingMoves) {
  ASSERT_OK_AND_ASSIGN(const LocalContent content, DescribeContent(folder_.Write("f", bytes_)));
  broker_.always_break = true;
  Transfer transfer = MakeTransfer();
  EXPECT_THAT(transfer.Upload(content, "handover"),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("did not answer")));
}

TEST_F(TransferTest, DownloadsAFile) {
  broker_.AddContent(bytes_);
  Transfer transfer = MakeTransfer();
  const std::string path = folder_.path() + "/got";
  EXPECT_THAT(transfer.Download(digest_, bytes_.size(), path), IsOk());
  EXPECT_EQ(Read(path), bytes_);
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  // A second time nothing is fetched.
  EXPECT_THAT(transfer.Download(digest_, bytes_.size(), path), IsOk());
  EXPECT_THAT(broker_.read_offsets(), ElementsAre(0u));
}

TEST_F(TransferTest, GoesOnWithADownloadWhereTheConnectionBroke) {
  broker_.AddContent(bytes_);
  broker_.break_reads_after = 2;
  Transfer transfer = MakeTransfer();
  const std::string path = folder_.path() + "/got";
  EXPECT_THAT(transfer.Download(digest_, bytes_.size(), path), IsOk());
  EXPECT_EQ(Read(path), bytes_);
  EXPECT_THAT(broker_.read_offsets(), ElementsAre(0u, 2 * kMiB));
}

TEST_F(TransferTest, GoesOnWithWhatAnEarlierProcessLeft) {
  broker_.AddContent(bytes_);
  folder_.Write("got.part", bytes_.substr(0, 3 * kMiB + 100));
  Transfer transfer = MakeTransfer();
  const std::string path = folder_.path() + "/got";
  EXPECT_THAT(transfer.Download(digest_, bytes_.size(), path), IsOk());
  EXPECT_EQ(Read(path), bytes_);
  EXPECT_THAT(broker_.read_offsets(), ElementsAre(3 * kMiB));
}

TEST_F(TransferTest, StartsAgainWhenWhatWasLeftIsNotOfThisFile) {
  broker_.AddContent(bytes_);
  folder_.Write("got.part", std::string(2 * kMiB, 'x'));
  Transfer transfer = MakeTransfer();
  const std::string path = folder_.path() + "/got";
  EXPECT_THAT(transfer.Download(digest_, bytes_.size(), path), IsOk());
  EXPECT_EQ(Read(path), bytes_);
  EXPECT_THAT(broker_.read_offsets(), ElementsAre(2 * kMiB, 0u));
}

TEST_F(TransferTest, AFileOfAnotherDigestIsThrownAway) {
  broker_.AddContent(bytes_);
  broker_.damage_reads = true;
  Transfer transfer = MakeTransfer();
  const std::string path = folder_.path() + "/got";
  EXPECT_THAT(transfer.Download(digest_, bytes_.size(), path),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr(digest_.Hex())));
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
}

TEST_F(TransferTest, AFileOfAnotherSizeIsRefusedAtOnce) {
  broker_.AddContent(bytes_);
  Transfer transfer = MakeTransfer();
  EXPECT_THAT(transfer.Download(digest_, bytes_.size() - 1, folder_.path() + "/got"),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("the log states")));
}

TEST_F(TransferTest, MemoryDoesNotGrowWithTheFile) {
  // A sparse file costs no disk; the fake keeps nothing of it.
  const std::string path = folder_.Write("large", "x");
  constexpr std::uint64_t kLarge = 256 * kMiB;
  std::filesystem::resize_file(path, kLarge);
  broker_.keep_content = false;
  const auto peak_kib = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  };
  const long before = peak_kib();
  ASSERT_OK_AND_ASSIGN(const LocalContent content, DescribeContent(path));
  Transfer transfer = MakeTransfer();
  EXPECT_THAT(transfer.Upload(content, "handover"), IsOk());
  EXPECT_LT(peak_kib() - before, 96 * 1024) << "both ends of the call are in this process";
}

TEST(PartFileTest, MoreThanTheSizeIsRefused) {
  const TempFolder folder;
  ASSERT_OK_AND_ASSIGN(PartFile part, PartFile::Open(folder.path() + "/f", 3));
  EXPECT_THAT(part.Append(keys::AsBytes("abcd")), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(NewFileTest, OverwritesNothing) {
  const TempFolder folder;
  const std::string path = folder.Write("f", "old");
  EXPECT_THAT(NewFile::Create(path), StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST(NewFileTest, IsThereOnlyWhenFinished) {
  const TempFolder folder;
  const std::string path = folder.path() + "/f";
  ASSERT_OK_AND_ASSIGN(NewFile file, NewFile::Create(path));
  EXPECT_THAT(file.Append(keys::AsBytes("new ")), IsOk());
  EXPECT_THAT(file.Append(keys::AsBytes("file")), IsOk());
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_THAT(file.Finish(), IsOk());
  EXPECT_EQ(testing::OrAbort(ReadFile(path)), "new file");
}

}  // namespace
}  // namespace cairn::client
