// Durable signed statements a second over gRPC, and inclusion proofs, beside the limits measured in
// the same round.
//
//   broker_bench BROKER_PROGRAM FOLDER [ROUNDS [STATEMENTS [PGBENCH_COMMAND [ROWS]]]]
//
// The limit of unary calls is 2e6 us (two cores, one second) over the summed CPU cost of one empty
// gRPC call (both ends), one Ed25519 verification and one entry's share of a synced RocksDB batch
// of
// 64. PGBENCH_COMMAND inserts the same number of bytes, and lacks only the number of clients.
// ROWS, for work with a profiler, names those that are wanted: "64,stream" and nothing else.
#include <unistd.h>

#include <bit>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "tests/bench/broker_process.h"
#include "tests/bench/limits.h"
#include "tests/bench/load.h"
#include "tests/bench/rows.h"

namespace cairn::bench {

int ServeEcho(std::size_t hashes, int fd);

namespace {

constexpr std::size_t kInFlight = 512;
constexpr std::size_t kCalls = 20'000;

struct Arguments {
  std::string program;
  std::string folder;
  int rounds = 7;
  std::size_t statements = 16'000;
  std::string pgbench;
  std::string rows;  // Empty: all.

  bool Wants(const std::string& row) const {
    return rows.empty() || ("," + rows + ",").find("," + row + ",") != std::string::npos;
  }
};

// One row of the broker: rates beside limits, latencies, CPU time of both ends.
struct Series {
  Rounds rates;
  std::vector<double> p50, p99, cpu_us;

  void Add(const LoadResult& load, double limit, double cpu) {
    if (load.failed != 0) Fail(std::to_string(load.failed) + " statements were not logged");
    rates.Add(load.per_second, limit);
    p50.push_back(load.p50_us);
    p99.push_back(load.p99_us);
    cpu_us.push_back(cpu);
  }
  double Spread() const { return Median(p99) / Median(p50); }
  std::string Remark() const {
    char text[160];
    std::snprintf(text, sizeof text, "p50 %.2f ms, p99 %.2f ms, p99/p50 %.1f; CPU %.0f us each",
                  Median(p50) / 1e3, Median(p99) / 1e3, Spread(), Median(cpu_us));
    return text;
  }
};

// From the last author on: the first of each party has added all the others, and the fold reads
// that list with the key.
std::vector<std::vector<std::string>> SignClaims(std::vector<Author>& authors, std::size_t clients,
                                                 std::size_t total) {
  std::vector<std::vector<std::string>> statements(clients);
  for (std::size_t c = 0; c < clients; ++c) {
    Author& author = authors[authors.size() - 1 - c];
    for (std::size_t i = 0; i < total / clients; ++i) statements[c].push_back(author.Claim());
  }
  return statements;
}

class Bench {
 public:
  explicit Bench(const Arguments& arguments)
      : arguments_(arguments),
        broker_(arguments.program, arguments.folder + "/broker"),
        authors_(broker_.EnrolKeys()) {}

  void Round() {
    call_us_.push_back(EmptyCallCpuUs(kCalls));
    verify_us_.push_back(VerificationUs());
    entry_us_.push_back(EntryUs(arguments_.folder + "/entries"));
    const double limit = 2e6 / (call_us_.back() + verify_us_.back() + entry_us_.back());
    for (const std::size_t clients : {1, 16, 64, 256}) {
      if (arguments_.Wants(std::to_string(clients))) Unary(clients, limit);
    }
    if (arguments_.Wants("stream")) Stream(StreamLoad, stream_);
    if (arguments_.Wants("many")) Stream(ManyLoad, many_);
    if (arguments_.Wants("proofs")) Proofs();
  }

  void Print() const {
    char note[200];
    std::snprintf(note, sizeof note,
                  "CPU of one empty gRPC call %.1f us (both ends), of one verification %.1f us, of "
                  "one entry in a synced batch of 64 %.1f us",
                  Median(call_us_), Median(verify_us_), Median(entry_us_));
    PrintNote(note);
    const std::map<std::size_t, double> targets = {{64, 0.5}, {256, 0.65}};
    for (const auto& [clients, series] : unary_) {
      const auto target = targets.find(clients);
      PrintRow("durable statements, " + std::to_string(clients) + " clients", "/s", series.rates,
               "/s CPU limit", target == targets.end() ? 0 : target->second, series.Remark());
    }
    if (const auto row = unary_.find(64); row != unary_.end()) {
      char spread[32];
      std::snprintf(spread, sizeof spread, "%.1f", row->second.Spread());
      PrintFigure("p99 / p50 at 64 clients", spread, "at most 3.50", row->second.Spread() <= 3.5);
    }
    if (arguments_.Wants("stream")) {
      PrintRow("one stream, 512 in flight", "/s", stream_.rates, "/s Ed25519 on two cores", 0.8,
               stream_.Remark());
    }
    if (arguments_.Wants("many")) {
      PrintRow("the same, several a message", "/s", many_.rates, "/s Ed25519 on two cores", 0.8,
               many_.Remark());
    }
    for (const auto& [clients, rounds] : postgres_) {
      PrintRow("broker beside PostgreSQL 15, " + std::to_string(clients) + " clients", "/s", rounds,
               "/s INSERT", 0, "INSERT of the same bytes, synchronous_commit on");
    }
    if (!arguments_.Wants("proofs")) return;
    PrintRow("inclusion proofs", "/s", proofs_, "/s bare gRPC echo", 0.7,
             "random leaves of " + std::to_string(logged_));
  }

 private:
  double Cpu() const { return CpuUs(getpid()) + CpuUs(broker_.process()); }

  void Unary(std::size_t clients, double limit) {
    const std::size_t total = clients == 1 ? arguments_.statements / 16 : arguments_.statements;
    const auto statements = SignClaims(authors_, clients, total);
    const double before = Cpu();
    const LoadResult load = UnaryLoad(broker_.address(), statements);
    const std::size_t sent = total / clients * clients;
    unary_[clients].Add(load, limit, (Cpu() - before) / static_cast<double>(sent));
    logged_ += sent;
    if (arguments_.pgbench.empty() || clients == 256) return;
    postgres_[clients].Add(load.per_second, PostgresRate(arguments_.pgbench, clients));
  }

  template <typename Load>
  void Stream(const Load& send, Series& series) {
    const auto statements = SignClaims(authors_, 1, arguments_.statements);
    const double limit = TwoCoreVerifications();
    const double before = Cpu();
    const LoadResult load = send(broker_.address(), statements[0], kInFlight);
    series.Add(load, limit, (Cpu() - before) / static_cast<double>(arguments_.statements));
    logged_ += arguments_.statements;
  }

  void Proofs() {
    const double echo = EchoRate(kCalls, static_cast<std::size_t>(std::bit_width(logged_)));
    proofs_.Add(ProofRate(broker_.address(), logged_, kCalls), echo);
  }

  const Arguments& arguments_;
  BrokerProcess broker_;
  std::vector<Author> authors_;
  std::map<std::size_t, Series> unary_;
  std::map<std::size_t, Rounds> postgres_;
  Series stream_, many_;
  Rounds proofs_;
  std::vector<double> call_us_, verify_us_, entry_us_;
  std::uint64_t logged_ = 256;
};

int Run(const Arguments& arguments) {
  std::filesystem::create_directories(arguments.folder);
  Bench bench(arguments);
  for (int round = 0; round < arguments.rounds; ++round) bench.Round();
  bench.Print();
  return 0;
}

}  // namespace
}  // namespace cairn::bench

int main(int argc, char** argv) {
  // As in the broker, so that both ends and the empty calls of the limit run gRPC alike.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  if (argc == 4 && std::string(argv[1]) == "--echo-server") {
    return cairn::bench::ServeEcho(std::stoul(argv[2]), std::stoi(argv[3]));
  }
  if (argc < 3 || argc > 7) {
    std::cerr
        << "usage: broker_bench BROKER_PROGRAM FOLDER [ROUNDS [STATEMENTS [PGBENCH [ROWS]]]]\n";
    return 2;
  }
  cairn::bench::Arguments arguments;
  arguments.program = argv[1];
  arguments.folder = argv[2];
  if (argc > 3) arguments.rounds = std::stoi(argv[3]);
  if (argc > 4) arguments.statements = std::stoul(argv[4]);
  if (argc > 5) arguments.pgbench = argv[5];
  if (argc > 6) arguments.rows = argv[6];
  return cairn::bench::Run(arguments);
}
