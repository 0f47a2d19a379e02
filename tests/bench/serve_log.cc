// Serves a log that fill_store has filled, with the broker's own HTTP listener, until standard
// input ends: for measuring the read side and for judging it with foreign programs.
//   serve_log DIR THREADS      prints "<port> <vkey> <genesis digest> <leaves>"
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "audit/log/published.h"
#include "audit/log/rocks_store.h"
#include "audit/log/sequencer.h"
#include "broker/http_server.h"
#include "broker/metrics.h"
#include "tests/testing/small_log.h"

namespace cairn::bench {
namespace {

using testing::OrDie;

int Serve(const std::string& folder, std::uint64_t threads) {
  testing::SmallLog small;
  auto store = OrDie(log::OpenRocksStore(folder + "/db"));
  log::SequencerHooks hooks;
  hooks.now_ms = [] { return std::uint64_t{1'700'000'000'000}; };
  const auto sequencer = OrDie(log::Sequencer::Open(
      *store, folder + "/anchor", {small.origin(), &small.log_key(), &small.the_operator().key()},
      std::move(hooks)));
  const auto published = OrDie(log::Published::Load(*store, small.vkey()));
  if (!published->Publish(sequencer->Head()->note).ok()) return 1;
  broker::Metrics metrics(small.origin());
  const auto server =
      OrDie(broker::HttpServer::Start("127.0.0.1:0", threads,
                                      {.store = store.get(),
                                       .published = published.get(),
                                       .metrics = &metrics,
                                       .data = folder,
                                       .readings = [] { return broker::MetricsReadings(); },
                                       .health = [] { return absl::OkStatus(); }}));
  std::printf("%d %s %s %llu\n", server->port(), small.vkey().ToString().c_str(),
              testing::SmallLog().Founding().front().id().Hex().c_str(),
              static_cast<unsigned long long>(merkle::ToInt(sequencer->Head()->head.size)));
  std::fflush(stdout);
  char ignored = 0;
  while (read(STDIN_FILENO, &ignored, 1) > 0) {
  }
  return 0;
}

}  // namespace
}  // namespace cairn::bench

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: serve_log DIR THREADS\n");
    return 2;
  }
  return cairn::bench::Serve(argv[1], std::strtoull(argv[2], nullptr, 10));
}
