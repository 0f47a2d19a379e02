// The queues before the log: what a flood finds, and that nothing that was taken is forgotten.
#include "broker/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <mutex>
#include <set>
#include <thread>

#include "audit/log/rocks_store.h"
#include "broker/errors.h"
#include "broker/testing.h"
#include "broker/worker_pool.h"
#include "google/rpc/error_details.pb.h"
#include "tests/testing/status.h"

namespace cairn::broker::testing {
namespace {

using cairn::testing::IsOk;
using cairn::testing::StatusIs;

// Holds whoever waits on it until it is opened.
class Gate {
 public:
  void Open() { opened_.set_value(); }
  void Wait() { future_.wait(); }

 private:
  std::promise<void> opened_;
  std::shared_future<void> future_ = opened_.get_future().share();
};

class PipelineTest : public ::testing::Test {
 protected:
  PipelineTest() {
    log::SequencerHooks hooks;
    hooks.now_ms = [] { return LogBuilder::kStartMs; };
    sequencer_ = log::Sequencer::Open(*store_, folder_.path() + "/anchor",
                                      {.origin = builder_.origin(),
                                       .log_key = &keys_.log,
                                       .operator_key = &keys_.operator_key},
                                      std::move(hooks))
                     .value();
  }

  TempFolder folder_;
  LogBuilder builder_;
  BrokerKeys keys_ = TestKeys(builder_);
  std::unique_ptr<log::Store> store_ = log::OpenRocksStore(folder_.path() + "/db").value();
  std::unique_ptr<log::Sequencer> sequencer_;
};

TEST_F(PipelineTest, AFloodIsToldToComeAgainAndWhatWasTakenIsAnswered) {
  Pipeline pipeline(*sequencer_, 1, 2);
  const keys::Bytes genesis = builder_.Sign(builder_.GenesisStatement());
  Gate gate;
  std::promise<void> entered;
  std::atomic<int> answered{0};
  ASSERT_THAT(pipeline.Verify(keys::AsBytes(genesis),
                              [&](absl::StatusOr<statement::VerifiedStatement> verified) {
                                EXPECT_THAT(verified, IsOk());
                                entered.set_value();
                                gate.Wait();
                                ++answered;
                              }),
              IsOk());
  entered.get_future().wait();
  const auto count = [&](const absl::StatusOr<statement::VerifiedStatement>& verified) {
    EXPECT_THAT(verified, StatusIs(absl::StatusCode::kInvalidArgument));
    ++answered;
  };
  EXPECT_THAT(pipeline.Verify(keys::AsBytes("garbage"), count), IsOk());
  EXPECT_THAT(pipeline.Verify(keys::AsBytes("garbage"), count), IsOk());
  EXPECT_EQ(pipeline.WaitingToVerify(), 2u);
  const absl::Status busy = pipeline.Verify(keys::AsBytes("garbage"), count);
  EXPECT_THAT(busy, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(ReasonOf(busy), reason::kBrokerBusy);
  EXPECT_TRUE(busy.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
  gate.Open();
  sequencer_->Stop();
  pipeline.Stop();
  EXPECT_EQ(answered, 3);
  const absl::Status stopped = pipeline.Verify(keys::AsBytes("garbage"), count);
  EXPECT_THAT(stopped, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(ReasonOf(stopped), reason::kShuttingDown);
  EXPECT_EQ(answered, 3);
}

TEST(WorkerPoolTest, AFullQueueTakesNothingAndAStopFinishesWhatIsQueued) {
  WorkerPool pool(1, 2);
  Gate gate;
  std::promise<void> entered;
  std::vector<int> done;
  ASSERT_TRUE(pool.TryPost([&] {
    entered.set_value();
    gate.Wait();
  }));
  entered.get_future().wait();
  EXPECT_TRUE(pool.TryPost([&] { done.push_back(1); }));
  EXPECT_TRUE(pool.TryPost([&] { done.push_back(2); }));
  EXPECT_FALSE(pool.TryPost([&] { done.push_back(-1); }));
  EXPECT_TRUE(pool.Post([&] { done.push_back(3); }));  // Let in already: never turned away.
  EXPECT_EQ(pool.QueueDepth(), 3u);
  gate.Open();
  pool.Stop();
  EXPECT_THAT(done, ::testing::ElementsAre(1, 2, 3));
  EXPECT_FALSE(pool.TryPost([] {}));
  EXPECT_FALSE(pool.Post([] {}));
}

// Many callers, a queue of two: every call is answered, by a receipt or by "come again", and what
// has a receipt is in the log once.
TEST(FloodTest, EveryCallIsAnsweredAndTheBrokerGoesOn) {
  TempFolder folder;
  Config config = TestConfig(folder.path(), LogBuilder().origin());
  config.verify_threads = 1;
  config.queued_statements = 2;
  BrokerUnderTest under_test(config);
  under_test.Found();
  const keys::Bytes bytes = under_test.builder.Sign(under_test.SomeClaim("registrar-a"));
  std::atomic<int> logged{0}, busy{0};
  std::set<std::uint64_t> leaves;
  std::mutex mutex;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 16; ++caller) {
    callers.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        v1::SubmitResponse response;
        const grpc::Status status = under_test.Submit(bytes, response);
        if (status.ok()) {
          const std::lock_guard<std::mutex> lock(mutex);
          leaves.insert(response.receipt().leaf_index());
          ++logged;
        } else {
          EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
          EXPECT_EQ(ReasonIn(status), "BROKER_BUSY");
          ++busy;
        }
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(logged + busy, 320);
  EXPECT_EQ(leaves.size(), 1u);
  EXPECT_TRUE(under_test.MustSubmit(bytes).receipt().already_logged());
}

}  // namespace
}  // namespace cairn::broker::testing
