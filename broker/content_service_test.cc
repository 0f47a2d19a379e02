#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "audit/log/rocks_store.h"
#include "broker/content_check.h"
#include "broker/content_store.h"
#include "broker/limits.h"
#include "broker/testing.h"
#include "tests/testing/status.h"

namespace cairn::broker::testing {
namespace {

using ::testing::HasSubstr;

// Bytes that compress to nothing in the reader's head: chunk i is not chunk j.
std::string SomeFile(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint32_t state = 1;
  for (char& byte : bytes) {
    state = state * 1'664'525 + 1'013'904'223;
    byte = static_cast<char>(state >> 24);
  }
  return bytes;
}

v1::BeginUploadRequest DeclarationOf(const std::string& file, const std::string& handover) {
  v1::BeginUploadRequest request;
  request.set_digest(LogBuilder::Digest(file));
  request.set_size(file.size());
  request.set_handover(handover);
  for (std::size_t at = 0; at < file.size(); at += kChunkBytes) {
    request.add_chunk_digests(LogBuilder::Digest(file.substr(at, kChunkBytes)));
  }
  return request;
}

// A disk that is full when it is told so.
class FullDisk final : public ChunkDisk {
 public:
  FullDisk(const std::string& folder, std::atomic<bool>& full) : ChunkDisk(folder), full_(full) {}
  absl::StatusOr<std::unique_ptr<StagedChunk>> Stage(const keys::Digest& digest,
                                                     keys::ByteView bytes) override {
    if (full_) {
      return WithReason(absl::ResourceExhaustedError("writing: No space left on device"),
                        reason::kDiskFull);
    }
    return ChunkDisk::Stage(digest, bytes);
  }

 private:
  std::atomic<bool>& full_;
};

class ContentServiceTest : public ::testing::Test {
 protected:
  ContentServiceTest() {
    under_test_.Found();
    handover_ = under_test_.OpenHandover().ToBytes();
  }

  grpc::Status Begin(const std::string& party, const v1::BeginUploadRequest& request,
                     v1::UploadStatus& status) {
    return under_test_.content->BeginUpload(under_test_.ContextAs(party, "BeginUpload").get(),
                                            request, &status);
  }
  // Chunks from `offset` on, at most `count`.
  grpc::Status Write(const std::string& party, const std::string& file, std::size_t offset,
                     std::size_t count, v1::UploadStatus& status) {
    const auto context = under_test_.ContextAs(party, "Write");
    const auto writer = under_test_.content->Write(context.get(), &status);
    v1::WriteRequest request;
    request.set_digest(LogBuilder::Digest(file));
    for (std::size_t i = 0; i < count && offset < file.size(); ++i) {
      request.set_offset(offset);
      request.set_data(file.substr(offset, kChunkBytes));
      offset += request.data().size();
      if (!writer->Write(request)) break;
      request.clear_digest();
    }
    writer->WritesDone();
    return writer->Finish();
  }
  grpc::Status Read(const std::string& party, const std::string& file, std::uint64_t offset,
                    std::uint64_t limit, std::string& bytes) {
    v1::ReadRequest request;
    request.set_digest(LogBuilder::Digest(file));
    request.set_offset(offset);
    request.set_limit(limit);
    const auto context = under_test_.ContextAs(party, "Read");
    const auto reader = under_test_.content->Read(context.get(), request);
    v1::ReadResponse response;
    while (reader->Read(&response)) bytes += response.data();
    return reader->Finish();
  }
  v1::UploadStatus Query(const std::string& party, const std::string& file) {
    v1::QueryUploadRequest request;
    request.set_digest(LogBuilder::Digest(file));
    v1::UploadStatus status;
    const grpc::Status answered = under_test_.content->QueryUpload(
        under_test_.ContextAs(party, "QueryUpload").get(), request, &status);
    EXPECT_TRUE(answered.ok()) << answered.error_message();
    return status;
  }
  void MustUpload(const std::string& party, const std::string& file) {
    v1::UploadStatus status;
    ASSERT_TRUE(Begin(party, DeclarationOf(file, handover_), status).ok());
    const grpc::Status written = Write(party, file, status.committed_size(), 1000, status);
    ASSERT_TRUE(written.ok()) << written.error_message();
    ASSERT_TRUE(status.complete());
  }
  v1::Statement PackageStatement(const std::string& file) {
    v1::Statement statement =
        under_test_.builder.Say("holding", Id::FromBytes(keys::AsBytes(handover_)).value());
    *statement.mutable_submit_package() = under_test_.builder.SomePackage("S1");
    statement.mutable_submit_package()->set_digest(LogBuilder::Digest(file));
    statement.mutable_submit_package()->set_size(file.size());
    return statement;
  }
  std::string ChunkPath(const std::string& chunk) {
    const std::string hex = keys::Sha256(keys::AsBytes(chunk)).Hex();
    return under_test_.config().data + "/content/" + hex.substr(0, 2) + "/" + hex.substr(2, 2) +
           "/" + hex;
  }

  BrokerUnderTest under_test_;
  std::string handover_;
};

TEST_F(ContentServiceTest, AFileComesBackAsItWasSent) {
  const std::string file = SomeFile(5 * kChunkBytes / 2);
  MustUpload("holding", file);
  std::string bytes;
  ASSERT_TRUE(Read("receiving", file, 0, 0, bytes).ok());
  EXPECT_EQ(bytes, file);
}

TEST_F(ContentServiceTest, APartOfAFileCanBeRead) {
  const std::string file = SomeFile(3 * kChunkBytes);
  MustUpload("holding", file);
  std::string bytes;
  ASSERT_TRUE(Read("receiving", file, kChunkBytes - 10, 20, bytes).ok());
  EXPECT_EQ(bytes, file.substr(kChunkBytes - 10, 20));
}

TEST_F(ContentServiceTest, AnUploadGoesOnWhereItBroke) {
  const std::string file = SomeFile(5 * kChunkBytes + 1);
  v1::UploadStatus status;
  ASSERT_TRUE(Begin("holding", DeclarationOf(file, handover_), status).ok());
  ASSERT_TRUE(Write("holding", file, 0, 2, status).ok());
  EXPECT_EQ(status.committed_size(), 2 * kChunkBytes);
  EXPECT_EQ(Query("holding", file).committed_size(), 2 * kChunkBytes);
  ASSERT_TRUE(Write("holding", file, 2 * kChunkBytes, 100, status).ok());
  EXPECT_TRUE(status.complete());
}

TEST_F(ContentServiceTest, AnUploadGoesOnAfterTheConnectionAndTheBrokerWereGone) {
  const std::string file = SomeFile(4 * kChunkBytes);
  v1::UploadStatus status;
  ASSERT_TRUE(Begin("holding", DeclarationOf(file, handover_), status).ok());
  {
    // Cancelled in the middle: what was taken before is kept.
    const auto context = under_test_.ContextAs("holding", "Write");
    v1::UploadStatus ignored;
    const auto writer = under_test_.content->Write(context.get(), &ignored);
    v1::WriteRequest request;
    request.set_digest(LogBuilder::Digest(file));
    request.set_data(file.substr(0, kChunkBytes));
    ASSERT_TRUE(writer->Write(request));
    while (Query("holding", file).committed_size() < kChunkBytes) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    context->TryCancel();
    writer->Finish();
  }
  under_test_.broker.reset();
  under_test_.Start();
  EXPECT_EQ(Query("holding", file).committed_size(), kChunkBytes);
  ASSERT_TRUE(Write("holding", file, kChunkBytes, 100, status).ok());
  EXPECT_TRUE(status.complete());
  std::string bytes;
  ASSERT_TRUE(Read("receiving", file, 0, 0, bytes).ok());
  EXPECT_EQ(bytes, file);
}

TEST_F(ContentServiceTest, AnUploadThatWasNotBegunStandsAtZero) {
  EXPECT_EQ(Query("holding", "never begun").committed_size(), 0u);
  v1::UploadStatus status;
  const grpc::Status written = Write("holding", "never begun", 0, 1, status);
  EXPECT_EQ(written.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonIn(written), "UPLOAD_NOT_BEGUN");
}

TEST_F(ContentServiceTest, TheSameFileTwiceNeedsNoByte) {
  const std::string file = SomeFile(100);
  MustUpload("holding", file);
  v1::UploadStatus status;
  ASSERT_TRUE(Begin("holding", DeclarationOf(file, handover_), status).ok());
  EXPECT_TRUE(status.complete());
  EXPECT_EQ(status.committed_size(), file.size());
}

TEST_F(ContentServiceTest, AChunkWithOtherBytesIsNamedAndTakesNothing) {
  std::string file = SomeFile(2 * kChunkBytes);
  v1::UploadStatus status;
  ASSERT_TRUE(Begin("holding", DeclarationOf(file, handover_), status).ok());
  v1::WriteRequest request;
  request.set_digest(LogBuilder::Digest(file));
  request.set_data(std::string(kChunkBytes, 'x'));
  const auto context = under_test_.ContextAs("holding", "Write");
  const auto writer = under_test_.content->Write(context.get(), &status);
  writer->Write(request);
  writer->WritesDone();
  const grpc::Status written = writer->Finish();
  EXPECT_EQ(written.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonIn(written), "CHUNK_DIFFERS");
  EXPECT_EQ(Query("holding", file).committed_size(), 0u);
}

TEST_F(ContentServiceTest, AnOffsetThatIsNotTheNextSaysWhereToGoOn) {
  const std::string file = SomeFile(2 * kChunkBytes);
  v1::UploadStatus status;
  ASSERT_TRUE(Begin("holding", DeclarationOf(file, handover_), status).ok());
  const grpc::Status written = Write("holding", file, kChunkBytes, 1, status);
  EXPECT_EQ(written.error_code(), grpc::StatusCode::ABORTED);
  EXPECT_EQ(ReasonIn(written), "OFFSET_WRONG");
}

TEST_F(ContentServiceTest, AListOfChunksThatMakesAnotherFileIsFoundOutAtTheEnd) {
  const std::string file = SomeFile(100);
  v1::BeginUploadRequest request = DeclarationOf(file, handover_);
  request.set_digest(LogBuilder::Digest("another file"));
  v1::UploadStatus status;
  ASSERT_TRUE(Begin("holding", request, status).ok());
  v1::WriteRequest write;
  write.set_digest(request.digest());
  write.set_data(file);
  const auto context = under_test_.ContextAs("holding", "Write");
  const auto writer = under_test_.content->Write(context.get(), &status);
  writer->Write(write);
  writer->WritesDone();
  const grpc::Status written = writer->Finish();
  EXPECT_EQ(written.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonIn(written), "CONTENT_DAMAGED");
  EXPECT_FALSE(std::filesystem::exists(ChunkPath(file)));
}

TEST_F(ContentServiceTest, SizesAndListsThatDoNotFitAreRefusedByField) {
  v1::BeginUploadRequest request = DeclarationOf(SomeFile(100), handover_);
  v1::UploadStatus status;
  request.set_size(0);
  EXPECT_EQ(ReasonIn(Begin("holding", request, status)), "SIZE_OUT_OF_RANGE");
  request.set_size(kMaximumPackageBytes + 1);
  EXPECT_EQ(ReasonIn(Begin("holding", request, status)), "SIZE_OUT_OF_RANGE");
  request.set_size(2 * kChunkBytes);
  EXPECT_EQ(ReasonIn(Begin("holding", request, status)), "SIZE_OUT_OF_RANGE");
  request.set_digest("short");
  EXPECT_EQ(ReasonIn(Begin("holding", request, status)), "FIELD_INVALID");
}

TEST_F(ContentServiceTest, AFlippedByteOnTheDiskIsDataLossWhenRead) {
  const std::string file = SomeFile(1000);
  MustUpload("holding", file);
  {
    std::FILE* const chunk = std::fopen(ChunkPath(file).c_str(), "r+b");
    ASSERT_NE(chunk, nullptr);
    std::fputc(file[0] ^ 1, chunk);
    std::fclose(chunk);
  }
  std::string bytes;
  const grpc::Status read = Read("receiving", file, 0, 0, bytes);
  EXPECT_EQ(read.error_code(), grpc::StatusCode::DATA_LOSS);
  EXPECT_EQ(ReasonIn(read), "CONTENT_DAMAGED");
  EXPECT_TRUE(bytes.empty());
  EXPECT_THAT(read.error_message(), HasSubstr("do not hash to the name"));
  EXPECT_EQ(read.error_message().find(under_test_.config().data), std::string::npos);
}

// Flips one bit of a file.
void FlipBitOf(const std::string& path) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const int byte = file.get();
  file.seekp(0);
  file.put(static_cast<char>(byte ^ 1));
}

// What the check of content says about a stopped broker's folder.
log::FsckReport CheckedContent(const Config& config, ContentTotals& totals,
                               const v1::Statement& statement) {
  const auto store =
      log::OpenRocksStore(config.data + "/db", {.mode = log::RocksOptions::Mode::kReadOnly});
  EXPECT_TRUE(store.ok()) << store.status().message();
  const ContentStore content(**store, ChunkDisk::OpenToRead(config.data + "/content"), {});
  log::FsckReport report;
  ContentCheck check(content, report);
  check.CheckNamed(merkle::LeafIndex{7}, statement);
  totals = check.CheckAll();
  return report;
}

TEST_F(ContentServiceTest, TheCheckOfContentReadsEveryChunk) {
  const std::string file = SomeFile(3 * kChunkBytes + 5);
  MustUpload("holding", file);
  const std::string begun = SomeFile(2 * kChunkBytes + 9).substr(9);
  v1::UploadStatus status;
  ASSERT_TRUE(Begin("holding", DeclarationOf(begun, handover_), status).ok());
  ASSERT_TRUE(Write("holding", begun, 0, 1, status).ok());
  under_test_.broker->Stop();
  under_test_.broker.reset();
  v1::Statement statement;
  statement.mutable_submit_package()->set_digest(LogBuilder::Digest(file));
  statement.mutable_submit_package()->set_size(file.size());
  ContentTotals totals;
  log::FsckReport report = CheckedContent(under_test_.config(), totals, statement);
  EXPECT_TRUE(report.clean()) << report.doubts.front().message;
  EXPECT_EQ(totals.files, 1u);
  EXPECT_EQ(totals.uploads, 1u);
  EXPECT_EQ(totals.bytes, file.size() + kChunkBytes);

  const std::string chunk = ChunkPath(file.substr(kChunkBytes, kChunkBytes));
  FlipBitOf(chunk);
  report = CheckedContent(under_test_.config(), totals, statement);
  ASSERT_EQ(report.doubts.size(), 1u);
  EXPECT_EQ(report.doubts[0].about, log::DoubtAbout::kContent);
  EXPECT_THAT(report.doubts[0].message, HasSubstr("bytes from 1048576"));
  std::filesystem::remove(chunk);
  report = CheckedContent(under_test_.config(), totals, statement);
  ASSERT_EQ(report.doubts.size(), 1u);
  EXPECT_THAT(report.doubts[0].message, HasSubstr("is missing"));
  std::filesystem::remove(ChunkPath(begun.substr(0, kChunkBytes)));
  EXPECT_EQ(CheckedContent(under_test_.config(), totals, statement).doubts.size(), 2u);

  statement.mutable_submit_package()->set_size(5);
  report = CheckedContent(under_test_.config(), totals, statement);
  ASSERT_EQ(report.doubts.size(), 3u);
  EXPECT_THAT(report.doubts[0].message, HasSubstr("leaf 7 submits has 5 bytes"));
  statement.mutable_submit_package()->set_digest(std::string(32, 'x'));
  report = CheckedContent(under_test_.config(), totals, statement);
  EXPECT_THAT(report.doubts[0].message, HasSubstr("the package that leaf 7 submits: no content"));
}

// --- Who may -------------------------------------------------------------------------------------

TEST_F(ContentServiceTest, AnUploadNeedsAToken) {
  v1::UploadStatus status;
  const grpc::Status begun = under_test_.content->BeginUpload(
      BrokerUnderTest::Context().get(), DeclarationOf("x", handover_), &status);
  EXPECT_EQ(begun.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(ReasonIn(begun), "TOKEN_MISSING");
}

TEST_F(ContentServiceTest, ATokenForAnotherMethodIsWorthNothing) {
  v1::UploadStatus status;
  const grpc::Status begun = under_test_.content->BeginUpload(
      under_test_.ContextAs("holding", "Read").get(), DeclarationOf("x", handover_), &status);
  EXPECT_EQ(begun.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(ReasonIn(begun), "TOKEN_INVALID");
  EXPECT_THAT(begun.error_message(), HasSubstr("BeginUpload"));
}

TEST_F(ContentServiceTest, AnExpiredTokenIsWorthNothing) {
  const auto context = under_test_.ContextAs("holding", "BeginUpload");
  under_test_.now_ms += 120'000;
  v1::UploadStatus status;
  const grpc::Status begun =
      under_test_.content->BeginUpload(context.get(), DeclarationOf("x", handover_), &status);
  EXPECT_EQ(ReasonIn(begun), "TOKEN_INVALID");
  EXPECT_THAT(begun.error_message(), HasSubstr("expired"));
}

TEST_F(ContentServiceTest, ATokenOfAKeyThatIsNotTheParties) {
  auto context = BrokerUnderTest::Context();
  context->AddMetadata("cairn-token-bin",
                       under_test_.Token("holding", "receiving/desk", "BeginUpload"));
  v1::UploadStatus status;
  const grpc::Status begun =
      under_test_.content->BeginUpload(context.get(), DeclarationOf("x", handover_), &status);
  EXPECT_EQ(ReasonIn(begun), "TOKEN_INVALID");
}

TEST_F(ContentServiceTest, ARecoveryKeyOpensNothing) {
  auto context = BrokerUnderTest::Context();
  context->AddMetadata("cairn-token-bin",
                       under_test_.Token("holding", "holding/vault", "BeginUpload"));
  v1::UploadStatus status;
  const grpc::Status begun =
      under_test_.content->BeginUpload(context.get(), DeclarationOf("x", handover_), &status);
  EXPECT_EQ(ReasonIn(begun), "TOKEN_INVALID");
}

TEST_F(ContentServiceTest, WhoIsNotInTheCharterCannotReadOrUpload) {
  const std::string file = SomeFile(100);
  MustUpload("holding", file);
  std::string bytes;
  const grpc::Status read = Read("registrar-a", file, 0, 0, bytes);
  EXPECT_EQ(read.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(ReasonIn(read), "NOT_ENTITLED");
  v1::UploadStatus status;
  EXPECT_EQ(ReasonIn(Begin("registrar-a", DeclarationOf(file, handover_), status)), "NOT_ENTITLED");
}

TEST_F(ContentServiceTest, KnowingADigestGivesNobodyTheFile) {
  const std::string file = SomeFile(100);
  MustUpload("holding", file);
  // A stranger names the file for a handover of its own, that is not open yet.
  v1::UploadStatus status;
  ASSERT_TRUE(Begin("registrar-a", DeclarationOf(file, LogBuilder::Digest("own")), status).ok());
  EXPECT_FALSE(status.complete());
  EXPECT_EQ(status.committed_size(), 0u);
}

// --- Quotas and full disks -----------------------------------------------------------------------

TEST(ContentQuotaTest, UnfinishedUploadsAreCountedByParty) {
  TempFolder folder;
  Config config = TestConfig(folder.path(), LogBuilder().origin());
  config.open_uploads = 2;
  BrokerUnderTest under_test(config);
  under_test.Found();
  const auto begin = [&](const std::string& party, const std::string& file) {
    v1::UploadStatus status;
    return under_test.content->BeginUpload(under_test.ContextAs(party, "BeginUpload").get(),
                                           DeclarationOf(file, ""), &status);
  };
  EXPECT_TRUE(begin("registrar-a", "one").ok());
  EXPECT_TRUE(begin("registrar-a", "two").ok());
  const grpc::Status third = begin("registrar-a", "three");
  EXPECT_EQ(third.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonIn(third), "UPLOAD_QUOTA");
  EXPECT_TRUE(begin("registrar-a", "one").ok());  // The same again is no new one.
  EXPECT_TRUE(begin("registrar-b", "three").ok());
}

TEST(ContentQuotaTest, AFullDiskIsSaidAndTheUploadGoesOnLater) {
  TempFolder folder;
  std::atomic<bool> full{false};
  Config config = TestConfig(folder.path(), LogBuilder().origin());
  std::filesystem::create_directories(config.data + "/content/beside");
  BrokerSeams seams;
  seams.disk = std::make_unique<FullDisk>(config.data + "/content", full);
  BrokerUnderTest under_test(config, std::move(seams));
  under_test.Found();
  const std::string file = SomeFile(2 * kChunkBytes);
  v1::UploadStatus status;
  ASSERT_TRUE(under_test.content
                  ->BeginUpload(under_test.ContextAs("registrar-a", "BeginUpload").get(),
                                DeclarationOf(file, ""), &status)
                  .ok());
  const auto write = [&](std::size_t offset) {
    const auto context = under_test.ContextAs("registrar-a", "Write");
    const auto writer = under_test.content->Write(context.get(), &status);
    v1::WriteRequest request;
    request.set_digest(LogBuilder::Digest(file));
    request.set_offset(offset);
    request.set_data(file.substr(offset, kChunkBytes));
    writer->Write(request);
    writer->WritesDone();
    return writer->Finish();
  };
  ASSERT_TRUE(write(0).ok());
  full = true;
  const grpc::Status refused = write(kChunkBytes);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonIn(refused), "DISK_FULL");
  full = false;
  ASSERT_TRUE(write(kChunkBytes).ok());
  EXPECT_TRUE(status.complete());
}

TEST(ContentQuotaTest, NoUploadBeginsThatTheDiskCannotHold) {
  TempFolder folder;
  Config config = TestConfig(folder.path(), LogBuilder().origin());
  config.free_disk_mib = 1'000'000'000;
  BrokerUnderTest under_test(config);
  under_test.Found();
  v1::UploadStatus status;
  const grpc::Status begun = under_test.content->BeginUpload(
      under_test.ContextAs("registrar-a", "BeginUpload").get(), DeclarationOf("x", ""), &status);
  EXPECT_EQ(begun.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonIn(begun), "DISK_FULL");
}

// --- SubmitPackage -------------------------------------------------------------------------------

TEST_F(ContentServiceTest, APackageIsLoggedOnceItsContentIsThere) {
  const std::string file = SomeFile(2 * kChunkBytes);
  const keys::Bytes bytes = under_test_.builder.Sign(PackageStatement(file));
  v1::UploadStatus status;
  ASSERT_TRUE(Begin("holding", DeclarationOf(file, handover_), status).ok());
  ASSERT_TRUE(Write("holding", file, 0, 1, status).ok());
  const v1::SubmitResponse early = under_test_.MustSubmit(bytes);
  ASSERT_TRUE(early.has_refusal());
  EXPECT_EQ(RefusalIn(early).reason(), v1::REFUSAL_REASON_CONTENT_MISSING);
  EXPECT_EQ(RefusalIn(early).field(), "submit_package.digest");
  EXPECT_THAT(RefusalIn(early).message(), HasSubstr("1 of 2"));
  EXPECT_FALSE(early.refusal().signature().empty());
  ASSERT_TRUE(Write("holding", file, kChunkBytes, 1, status).ok());
  EXPECT_TRUE(under_test_.MustSubmit(bytes).has_receipt());
}

TEST_F(ContentServiceTest, APackageOfAnotherSizeThanUploadedIsRefused) {
  const std::string file = SomeFile(100);
  MustUpload("holding", file);
  v1::Statement statement = PackageStatement(file);
  statement.mutable_submit_package()->set_size(99);
  const v1::SubmitResponse response = under_test_.MustSubmit(under_test_.builder.Sign(statement));
  ASSERT_TRUE(response.has_refusal());
  EXPECT_EQ(RefusalIn(response).field(), "submit_package.size");
}

TEST_F(ContentServiceTest, ForgottenUploadsLeaveNoFiles) {
  const std::string file = SomeFile(2 * kChunkBytes);
  v1::UploadStatus status;
  ASSERT_TRUE(Begin("holding", DeclarationOf(file, handover_), status).ok());
  ASSERT_TRUE(Write("holding", file, 0, 1, status).ok());
  EXPECT_TRUE(std::filesystem::exists(ChunkPath(file.substr(0, kChunkBytes))));
  under_test_.now_ms += 73 * 3'600'000;
  // The index forgets last.
  for (int i = 0; i < 500 && Query("holding", file).committed_size() != 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(Query("holding", file).committed_size(), 0u);
  EXPECT_FALSE(std::filesystem::exists(ChunkPath(file.substr(0, kChunkBytes))));
}

}  // namespace
}  // namespace cairn::broker::testing
