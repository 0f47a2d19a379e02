#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "audit/merkle/bundle.h"
#include "audit/merkle/hash.h"
#include "audit/merkle/verify.h"
#include "audit/note/checkpoint.h"
#include "broker/testing.h"
#include "tests/testing/status.h"

namespace cairn::broker::testing {
namespace {

using cairn::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::Not;

note::OpenedCheckpoint MustOpen(const BrokerUnderTest& under_test, const std::string& bytes) {
  const auto key = keys::VerifierKey::Parse(under_test.broker->vkey());
  auto opened = note::OpenCheckpoint(keys::AsBytes(bytes), *key);
  if (!opened.ok()) throw std::runtime_error(opened.status().ToString());
  return *std::move(opened);
}

std::vector<merkle::NodeHash> HashesOf(
    const google::protobuf::RepeatedPtrField<std::string>& hashes) {
  std::vector<merkle::NodeHash> out;
  for (const std::string& hash : hashes) {
    out.push_back({keys::Digest::FromBytes(keys::AsBytes(hash)).value()});
  }
  return out;
}

TEST(LogServiceTest, InfoSaysWhatOneNeedsToKnow) {
  BrokerUnderTest under_test;
  under_test.Found();
  v1::LogInfo info;
  ASSERT_TRUE(under_test.log->GetInfo(BrokerUnderTest::Context().get(), {}, &info).ok());
  EXPECT_EQ(info.log_origin(), under_test.builder.origin());
  EXPECT_EQ(info.log_vkey(), under_test.builder.LogVkey().ToString());
  EXPECT_EQ(info.genesis().size(), 32u);
  EXPECT_EQ(info.chunk_bytes(), 1'048'576u);
  EXPECT_FALSE(info.sealed());
  EXPECT_THAT(info.http_url(), HasSubstr("http://127.0.0.1:"));
}

TEST(LogServiceTest, ProofsVerifyAgainstTheNote) {
  BrokerUnderTest under_test;
  under_test.Found();
  under_test.builder.EnrolAll();
  under_test.SubmitAllOfBuilder();
  v1::GetConsistencyProofRequest request;
  request.set_from_size(3);
  v1::GetConsistencyProofResponse proof;
  ASSERT_TRUE(
      under_test.log->GetConsistencyProof(BrokerUnderTest::Context().get(), request, &proof).ok());
  v1::GetReceiptRequest third;
  third.set_leaf_index(2);
  const note::OpenedCheckpoint newest = MustOpen(under_test, proof.note());
  v1::GetInclusionProofRequest included;
  included.set_leaf_index(2);
  v1::GetInclusionProofResponse inclusion;
  ASSERT_TRUE(
      under_test.log->GetInclusionProof(BrokerUnderTest::Context().get(), included, &inclusion)
          .ok());
  v1::Receipt receipt;
  ASSERT_TRUE(
      under_test.statements->GetReceipt(BrokerUnderTest::Context().get(), third, &receipt).ok());
  const keys::Bytes entry =
      statement::EncodeEntry(receipt.logged_at_ms(), keys::AsBytes(receipt.signed_statement()));
  const note::OpenedCheckpoint head = MustOpen(under_test, inclusion.note());
  EXPECT_THAT(merkle::VerifyInclusion(merkle::HashLeaf(keys::AsBytes(entry)), merkle::LeafIndex{2},
                                      head.checkpoint.size, HashesOf(inclusion.hashes()),
                                      head.checkpoint.root),
              IsOk());
  EXPECT_EQ(merkle::ToInt(newest.checkpoint.size), proof.to_size());
}

TEST(LogServiceTest, ProofsBeyondTheTreeNameTheField) {
  BrokerUnderTest under_test;
  under_test.Found();
  v1::GetInclusionProofRequest request;
  request.set_leaf_index(1'000'000);
  v1::GetInclusionProofResponse response;
  const grpc::Status status =
      under_test.log->GetInclusionProof(BrokerUnderTest::Context().get(), request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("leaf_index"));
}

TEST(LogServiceTest, FollowGivesWhatIsThereAndWhatComes) {
  BrokerUnderTest under_test;
  under_test.Found();
  const auto context = BrokerUnderTest::Context();
  v1::FollowRequest request;
  const auto stream = under_test.log->Follow(context.get(), request);
  v1::FollowResponse response;
  std::uint64_t have = 0;
  while (have < 3) {
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.start(), have);
    have += static_cast<std::uint64_t>(response.entries_size());
  }
  under_test.MustSubmit(under_test.builder.Sign(under_test.SomeClaim("registrar-a")));
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_GE(MustOpen(under_test, response.note()).checkpoint.size,
            merkle::TreeSize{response.start() + 1});
  context->TryCancel();
  while (stream->Read(&response)) {
  }
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST(LogServiceTest, FollowToAnEndEnds) {
  BrokerUnderTest under_test;
  under_test.Found();
  v1::FollowRequest request;
  request.set_start(1);
  request.set_end(3);
  const auto context = BrokerUnderTest::Context();
  const auto stream = under_test.log->Follow(context.get(), request);
  v1::FollowResponse response;
  int entries = 0;
  while (stream->Read(&response)) entries += response.entries_size();
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(entries, 2);
}

TEST(LogServiceTest, AStopEndsWhoWaits) {
  BrokerUnderTest under_test;
  under_test.Found();
  const auto context = BrokerUnderTest::Context();
  v1::FollowRequest request;
  request.set_start(1'000'000);
  const auto stream = under_test.log->Follow(context.get(), request);
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    under_test.broker->Stop();
  });
  v1::FollowResponse response;
  EXPECT_FALSE(stream->Read(&response));
  const grpc::Status status = stream->Finish();
  stopper.join();
  EXPECT_EQ(ReasonIn(status), "SHUTTING_DOWN");
}

// --- HTTP ----------------------------------------------------------------------------------------

struct Fetched {
  long status = 0;
  std::string type;
  std::string headers;
  std::string body;
};

std::size_t AppendTo(char* data, std::size_t size, std::size_t count, void* out) {
  static_cast<std::string*>(out)->append(data, size * count);
  return size * count;
}

Fetched Fetch(int port, const std::string& path, const char* method = "GET",
              const char* encoding = nullptr) {
  Fetched fetched;
  CURL* const curl = curl_easy_init();
  const std::string url = "http://127.0.0.1:" + std::to_string(port) + path;
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 10L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  if (std::string(method) == "HEAD") curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
  curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, encoding);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, AppendTo);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &fetched.body);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, AppendTo);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &fetched.headers);
  curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &fetched.status);
  const char* type = nullptr;
  curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
  fetched.type = type == nullptr ? "" : type;
  curl_easy_cleanup(curl);
  return fetched;
}

class HttpTest : public ::testing::Test {
 protected:
  HttpTest() {
    under_test_.Found();
    under_test_.builder.EnrolAll();
    under_test_.SubmitAllOfBuilder();
    port_ = under_test_.broker->http_port();
  }
  // The published checkpoint, once it covers at least so many leaves.
  note::OpenedCheckpoint WaitForCheckpoint(std::uint64_t size) {
    for (int i = 0; i < 500; ++i) {
      const Fetched fetched = Fetch(port_, "/checkpoint");
      if (fetched.status == 200) {
        note::OpenedCheckpoint opened = MustOpen(under_test_, fetched.body);
        if (merkle::ToInt(opened.checkpoint.size) >= size) return opened;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    throw std::runtime_error("the checkpoint does not move");
  }

  BrokerUnderTest under_test_;
  int port_ = 0;
};

TEST_F(HttpTest, TheCheckpointMovesAndItsTilesAndEntriesAgree) {
  const note::OpenedCheckpoint opened = WaitForCheckpoint(under_test_.builder.entries().size());
  const std::uint64_t size = merkle::ToInt(opened.checkpoint.size);
  const std::string partial = ".p/" + std::to_string(size);
  const Fetched tile = Fetch(port_, "/tile/0/000" + partial);
  ASSERT_EQ(tile.status, 200);
  EXPECT_EQ(tile.type, "application/octet-stream");
  EXPECT_THAT(tile.headers, HasSubstr("Cache-Control: public, max-age=31536000, immutable\r\n"));
  EXPECT_EQ(tile.body.size(), 32 * size);
  const Fetched bundle = Fetch(port_, "/tile/entries/000" + partial);
  ASSERT_EQ(bundle.status, 200);
  const auto entries = merkle::ParseBundle(keys::AsBytes(bundle.body), static_cast<unsigned>(size));
  ASSERT_THAT(entries, IsOk());
  const auto row = merkle::Tile::Parse(keys::AsBytes(tile.body));
  ASSERT_THAT(row, IsOk());
  EXPECT_THAT(merkle::CheckBundle(*entries, *row), IsOk());
}

TEST_F(HttpTest, TheCheckpointIsTextThatNobodyKeeps) {
  WaitForCheckpoint(1);
  const Fetched fetched = Fetch(port_, "/checkpoint");
  EXPECT_EQ(fetched.type, "text/plain; charset=utf-8");
  EXPECT_THAT(fetched.headers, HasSubstr("no-cache"));
}

TEST_F(HttpTest, ASmallerPartialTileIsServedAsItOnceWas) {
  WaitForCheckpoint(3);
  const Fetched fetched = Fetch(port_, "/tile/0/000.p/2");
  EXPECT_EQ(fetched.status, 200);
  EXPECT_EQ(fetched.body.size(), 64u);
}

TEST_F(HttpTest, WhatThePublishedTreeDoesNotHaveIsNotFound) {
  WaitForCheckpoint(3);
  for (const char* path :
       {"/tile/0/000", "/tile/0/000.p/0", "/tile/0/000.p/255", "/tile/0/000.p/256", "/tile/0/001",
        "/tile/0/0", "/tile/0/x000/000", "/tile/1/000.p/1", "/tile/64/000", "/tile/-1/000",
        "/tile/entries/001.p/1", "/tile/entries/000", "/tile/0/000.p/01", "/", "/tile",
        "/etc/passwd", "/../../etc/passwd", "/checkpoint/", "/CHECKPOINT"}) {
    EXPECT_EQ(Fetch(port_, path).status, 404) << path;
  }
}

// What is not there yet may be there in a second: nobody is to keep such an answer.
TEST_F(HttpTest, NobodyKeepsThatSomethingIsNotThere) {
  WaitForCheckpoint(3);
  EXPECT_THAT(Fetch(port_, "/tile/0/001").headers, HasSubstr("Cache-Control: no-store\r\n"));
}

TEST_F(HttpTest, ABundleComesCompressedToWhoAsksAndATileNever) {
  const std::uint64_t size = merkle::ToInt(WaitForCheckpoint(4).checkpoint.size);
  const std::string path = "/tile/entries/000.p/" + std::to_string(size);
  const Fetched plain = Fetch(port_, path);
  EXPECT_THAT(plain.headers, Not(HasSubstr("Content-Encoding")));
  EXPECT_THAT(plain.headers, HasSubstr("Vary: Accept-Encoding\r\n"));
  const Fetched zipped = Fetch(port_, path, "GET", "gzip");
  EXPECT_THAT(zipped.headers, HasSubstr("Content-Encoding: gzip\r\n"));
  EXPECT_EQ(zipped.type, "application/octet-stream");
  EXPECT_EQ(zipped.body, plain.body);  // As libcurl unpacks it.
  const std::string tile = "/tile/0/000.p/" + std::to_string(size);
  EXPECT_THAT(Fetch(port_, tile, "GET", "gzip").headers, Not(HasSubstr("Content-Encoding")));
}

TEST_F(HttpTest, EveryWidthThatAPublishedTreeHadIsTheBeginningOfTheWidest) {
  const std::uint64_t size =
      merkle::ToInt(WaitForCheckpoint(under_test_.builder.entries().size()).checkpoint.size);
  for (const std::string& kind : {std::string("0"), std::string("entries")}) {
    const std::string path = "/tile/" + kind + "/000.p/";
    const std::string widest = Fetch(port_, path + std::to_string(size)).body;
    for (std::uint64_t width = 1; width < size; ++width) {
      const Fetched narrower = Fetch(port_, path + std::to_string(width));
      EXPECT_EQ(narrower.status, 200);
      EXPECT_LT(narrower.body.size(), widest.size());
      EXPECT_THAT(widest, ::testing::StartsWith(narrower.body)) << path << width;
    }
    EXPECT_EQ(Fetch(port_, path + std::to_string(size + 1)).status, 404);
  }
}

TEST_F(HttpTest, HeadIsAnsweredAndPostIsNot) {
  WaitForCheckpoint(1);
  const Fetched head = Fetch(port_, "/checkpoint", "HEAD");
  EXPECT_EQ(head.status, 200);
  EXPECT_TRUE(head.body.empty());
  EXPECT_EQ(Fetch(port_, "/checkpoint", "POST").status, 405);
}

TEST_F(HttpTest, HealthAndMetrics) {
  EXPECT_EQ(Fetch(port_, "/healthz").body, "ok\n");
  const Fetched metrics = Fetch(port_, "/metrics");
  EXPECT_EQ(metrics.status, 200);
  EXPECT_THAT(metrics.body, HasSubstr("cairn_statements_logged_total{origin=\"" +
                                      under_test_.builder.origin() + "\"}"));
  EXPECT_THAT(metrics.body, HasSubstr("cairn_tree_size"));
}

}  // namespace
}  // namespace cairn::broker::testing
