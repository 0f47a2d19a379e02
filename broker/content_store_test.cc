#include "broker/content_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <utility>

#include "audit/log/rocks_store.h"
#include "broker/limits.h"
#include "broker/testing.h"
#include "tests/testing/status.h"

namespace cairn::broker::testing {
namespace {

using ::cairn::testing::IsOk;

// A disk on which something else happens between a chunk's name and its place in the index.
class InterruptedDisk final : public ChunkDisk {
 public:
  explicit InterruptedDisk(const std::string& folder) : ChunkDisk(folder) {}
  absl::Status Settle(const std::vector<std::unique_ptr<StagedChunk>>& staged) override {
    absl::Status settled = ChunkDisk::Settle(staged);
    if (meanwhile) std::exchange(meanwhile, nullptr)();
    return settled;
  }
  std::function<void()> meanwhile;
};

// Bytes of a chunk that no other seed gives.
std::string SomeChunk(std::uint32_t seed) {
  std::string bytes(kChunkBytes, '\0');
  std::uint32_t state = seed;
  for (char& byte : bytes) {
    state = state * 1'664'525 + 1'013'904'223;
    byte = static_cast<char>(state >> 24);
  }
  return bytes;
}

bool Nobody(const keys::Bytes&) { return false; }

UploadDeclaration Declare(const std::string& file) {
  UploadDeclaration declaration;
  declaration.digest = keys::Sha256(keys::AsBytes(file));
  declaration.size = file.size();
  for (std::size_t at = 0; at < file.size(); at += kChunkBytes) {
    declaration.chunks.push_back(keys::Sha256(keys::AsBytes(file.substr(at, kChunkBytes))));
  }
  return declaration;
}

// A content store over a database and a disk that go with the object.
class ContentStoreTest : public ::testing::Test {
 protected:
  ContentStoreTest() : store_(log::OpenRocksStore(folder_.path() + "/db").value()) {
    std::filesystem::create_directories(folder_.path() + "/content/beside");
    auto disk = std::make_unique<InterruptedDisk>(folder_.path() + "/content");
    disk_ = disk.get();
    content_ = std::make_unique<ContentStore>(*store_, std::move(disk), kLimits);
  }

  // Begins at `now_ms` and commits the first `chunks` chunks.
  void Send(const std::string& party, const std::string& file, std::size_t chunks,
            std::uint64_t now_ms) {
    const UploadDeclaration declaration = Declare(file);
    ASSERT_THAT(content_->Begin(party, declaration, now_ms, Nobody), IsOk());
    for (std::size_t i = 0; i < chunks; ++i) {
      ASSERT_THAT(content_->Append(party, declaration.digest, i * kChunkBytes,
                                   keys::AsBytes(file.substr(i * kChunkBytes, kChunkBytes))),
                  IsOk());
    }
    if (chunks < declaration.chunks.size()) {
      ASSERT_THAT(content_->Flush(party, declaration.digest), IsOk());
    }
  }
  bool IsThere(const std::string& chunk) const {
    return disk_->Read(keys::Sha256(keys::AsBytes(chunk))).ok();
  }

  static constexpr std::uint64_t kExpiryMs = 1000;
  static constexpr ContentLimits kLimits{.file_bytes = std::uint64_t{1} << 30,
                                         .open_uploads = 16,
                                         .open_upload_bytes = std::uint64_t{1} << 30,
                                         .expiry_ms = kExpiryMs,
                                         .free_bytes = 0};
  TempFolder folder_;
  std::unique_ptr<log::Store> store_;
  InterruptedDisk* disk_ = nullptr;
  std::unique_ptr<ContentStore> content_;
};

// Two files have a chunk in common; one is forgotten while the other's is on its way.
TEST_F(ContentStoreTest, AForgottenUploadTakesNoChunkThatAnotherJustBrought) {
  const std::string shared = SomeChunk(1);
  const std::string new_file = shared + "new";
  Send("a", shared + "old", 1, 1);
  const std::uint64_t later = 1 + kExpiryMs;
  const UploadDeclaration declaration = Declare(new_file);
  ASSERT_THAT(content_->Begin("b", declaration, later, Nobody), IsOk());
  ASSERT_THAT(content_->Append("b", declaration.digest, 0, keys::AsBytes(shared)), IsOk());

  std::future<absl::StatusOr<std::uint64_t>> forgotten;
  disk_->meanwhile = [&] {
    forgotten = std::async(std::launch::async, [&] { return content_->Expire(later); });
    forgotten.wait_for(std::chrono::milliseconds(200));
  };
  ASSERT_THAT(content_->Flush("b", declaration.digest), IsOk());
  ASSERT_OK_AND_ASSIGN(const std::uint64_t count, forgotten.get());
  EXPECT_EQ(count, 1u);
  ASSERT_THAT(content_->Append("b", declaration.digest, kChunkBytes, keys::AsBytes("new")), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto file, content_->Open(declaration.digest));
  EXPECT_THAT(content_->ReadChunk(*file, 0), IsOk());
}

TEST_F(ContentStoreTest, AChunkOfTwoForgottenFilesGoesWithTheSecond) {
  const std::string shared = SomeChunk(1);
  Send("a", shared + "one", 1, 1);
  Send("b", shared + "two", 1, 2);
  ASSERT_THAT(content_->Expire(1 + kExpiryMs), IsOk());
  EXPECT_TRUE(IsThere(shared));
  ASSERT_THAT(content_->Expire(2 + kExpiryMs), IsOk());
  EXPECT_FALSE(IsThere(shared));
}

TEST_F(ContentStoreTest, WhatOnePartySentOfAFileGoesThoughAnotherHasBegunItToo) {
  const std::string first = SomeChunk(1), second = SomeChunk(2);
  const std::string file = first + second + "end";
  Send("a", file, 2, 1);
  Send("b", file, 1, 2);
  ASSERT_THAT(content_->Expire(1 + kExpiryMs), IsOk());
  EXPECT_TRUE(IsThere(first));
  EXPECT_FALSE(IsThere(second));
  ASSERT_THAT(content_->Expire(2 + kExpiryMs), IsOk());
  EXPECT_FALSE(IsThere(first));
}

TEST_F(ContentStoreTest, AFileThatIsThereKeepsItsChunks) {
  const std::string first = SomeChunk(1);
  const std::string file = first + "end";
  Send("a", file, 1, 1);
  Send("b", file, 2, 2);
  ASSERT_THAT(content_->Expire(1 + kExpiryMs), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto opened, content_->Open(Declare(file).digest));
  EXPECT_THAT(content_->ReadChunk(*opened, 0), IsOk());
}

}  // namespace
}  // namespace cairn::broker::testing
