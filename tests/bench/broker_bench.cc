// Durable signed statements a second over gRPC, beside the limit measured in the same run.
//
//   broker_bench BROKER_PROGRAM [ROUNDS [STATEMENTS]]
//
// The limit is 2e6 us (two cores, one second) over the summed CPU cost of one empty gRPC call (both
// ends), one Ed25519 verification and one entry's share of a synced RocksDB batch of 64. Limit and
// broker alternate within a round; the ratios printed are medians over the rounds.
#include <grpcpp/grpcpp.h>
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <thread>

#include "audit/statement/canonical.h"
#include "audit/statement/statement.h"
#include "cairn/v1/statement.pb.h"
#include "keys/possession.h"
#include "keys/secret.h"
#include "tests/bench/load.h"

namespace cairn::bench {

int ServeEcho(std::size_t hashes, int fd);

namespace {

constexpr char kOrigin[] = "bench.example.org/log";
constexpr std::size_t kKeys = 256;
// A party has at most 256 keys in its life, so two parties share them.
constexpr std::size_t kKeysOfOneParty = 128;

std::string PartyOfKey(std::size_t key) { return key < kKeysOfOneParty ? "bench-1" : "bench-2"; }

[[noreturn]] void Fail(const std::string& why) {
  std::cerr << "broker_bench: " << why << "\n";
  std::exit(3);
}

template <typename T>
T OrFail(absl::StatusOr<T> value) {
  if (!value.ok()) Fail(std::string(value.status().message()));
  return *std::move(value);
}

std::uint64_t NowMs() {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                        std::chrono::system_clock::now().time_since_epoch())
                                        .count());
}

keys::SigningPrivateKey KeyFromSeed(const std::string& name) {
  const keys::Digest seed = keys::Sha256(keys::AsBytes("bench seed " + name));
  return OrFail(keys::SigningPrivateKey::FromSeed(keys::SecretBytes::CopyOf(seed.View())));
}

v1::KeyGrant GrantFor(const keys::SigningPrivateKey& key, const std::string& party,
                      const std::string& name, v1::KeyRole role) {
  v1::KeyGrant grant;
  grant.set_key(key.Public().TypedBytes());
  grant.set_name(name);
  grant.add_roles(role);
  grant.set_possession(
      keys::ProvePossession(key, kOrigin, party, keys::AsBytes(key.Public().TypedBytes())));
  return grant;
}

// One key and where its chain stands.
class Author {
 public:
  explicit Author(std::size_t number)
      : party_(PartyOfKey(number)), key_(KeyFromSeed("key " + std::to_string(number))) {}
  const keys::SigningPrivateKey& key() const { return key_; }

  std::string Say(v1::Statement statement) {
    statement.set_log_origin(kOrigin);
    statement.set_actor(party_);
    statement.set_key(key_.Public().Fingerprint().ToBytes());
    statement.set_sequence(++sequence_);
    statement.set_previous(previous_);
    statement.set_issued_at_ms(NowMs());
    statement.set_expires_at_ms(NowMs() + 3'600'000);
    const std::string bytes = OrFail(statement::Sign(std::move(statement), key_));
    v1::SignedStatement wrapper;
    wrapper.ParseFromString(bytes);
    previous_ = statement::IdOf(keys::AsBytes(wrapper.statement())).ToBytes();
    return bytes;
  }

  // A claim of about 250 bytes, as people log them.
  std::string Claim() {
    v1::Statement statement;
    v1::Claim& claim = *statement.mutable_claim();
    claim.set_speaker("Ministry of the exercise");
    claim.set_source_digest(std::string(32, static_cast<char>('a' + sequence_ % 26)));
    claim.set_said_day(18'700);
    claim.set_subject(v1::CLAIM_SUBJECT_MINES_DELIVERED);
    claim.mutable_quantity()->set_precision(v1::PRECISION_ABOUT);
    claim.mutable_quantity()->set_value(sequence_ + 1);
    return Say(std::move(statement));
  }

 private:
  std::string party_;
  keys::SigningPrivateKey key_;
  std::uint64_t sequence_ = 0;
  std::string previous_;
};

// A broker of its own in a folder of its own, with one registrar that has 256 keys.
class Broker {
 public:
  explicit Broker(const std::string& program)
      : folder_(std::filesystem::temp_directory_path() /
                ("cairn-bench-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
    WriteSecret("passphrase", "bench passphrase\n");
    for (const std::size_t first : {std::size_t{0}, kKeysOfOneParty}) {
      const std::string party = PartyOfKey(first);
      v1::PartyEntry entry;
      entry.set_party(party);
      entry.set_name(party);
      *entry.add_keys() = GrantFor(Author(first).key(), party, "first", v1::KEY_ROLE_ALL_ACTS);
      *entry.add_keys() =
          GrantFor(KeyFromSeed("recovery of " + party), party, "recovery", v1::KEY_ROLE_RECOVERY);
      WriteSecret(party + ".entry", OrFail(statement::CanonicalBytes(entry)));
    }
    const std::string at =
        " --config " + In("broker.toml") + " --passphrase-file " + In("passphrase");
    Shell(program + " init" + at + " --origin " + kOrigin +
          " --operator-name Bench --key-cost insecure-minimum"
          " --grpc-listen 127.0.0.1:27443 --http-listen 127.0.0.1:27480");
    Shell(program + " genesis" + at + " --output json --registrar " + In("bench-1.entry") +
          " --registrar " + In("bench-2.entry") + " --threshold 1 > " + In("genesis"));
    process_ = fork();
    if (process_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      const std::string config = In("broker.toml"), passphrase = In("passphrase");
      if (std::freopen(In("broker.log").c_str(), "w", stderr) == nullptr) _exit(3);
      execl(program.c_str(), program.c_str(), "--config", config.c_str(), "--passphrase-file",
            passphrase.c_str(), "--logging-level", "warning", nullptr);
      _exit(3);
    }
  }
  ~Broker() {
    kill(process_, SIGTERM);
    waitpid(process_, nullptr, 0);
    std::filesystem::remove_all(folder_);
  }
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  std::string address() const { return "127.0.0.1:27443"; }
  pid_t process() const { return process_; }

  std::string Genesis() const {
    std::ifstream file(In("genesis"));
    const std::string text((std::istreambuf_iterator<char>(file)),
                           std::istreambuf_iterator<char>());
    const std::size_t at = text.find("\"genesis\"");
    const std::size_t from = text.find('"', text.find(':', at) + 1) + 1;
    if (at == std::string::npos) Fail("genesis printed: " + text);
    std::string digest;
    for (std::size_t i = 0; i < 64; i += 2) {
      digest.push_back(static_cast<char>(std::stoi(text.substr(from + i, 2), nullptr, 16)));
    }
    return digest;
  }

 private:
  std::string In(const std::string& name) const { return (folder_ / name).string(); }
  void WriteSecret(const std::string& name, const std::string& bytes) const {
    std::ofstream(In(name), std::ios::binary) << bytes;
    std::filesystem::permissions(
        In(name), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
  static void Shell(const std::string& command) {
    if (std::system((command + " 2>/tmp/cairn-bench.err").c_str()) != 0) Fail(command);
  }

  std::filesystem::path folder_;
  pid_t process_ = -1;
};

void Settle(Broker& broker, const std::string& statement) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (UnaryLoad(broker.address(), {{statement}}).failed == 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  Fail("a statement that sets the bench up was not logged");
}

std::vector<Author> EnrolKeys(Broker& broker) {
  std::vector<Author> authors;
  for (std::size_t i = 0; i < kKeys; ++i) authors.emplace_back(i);
  v1::Statement endorse;
  endorse.mutable_endorse()->set_statement(broker.Genesis());
  Settle(broker, authors[0].Say(std::move(endorse)));
  for (const std::size_t first : {std::size_t{0}, kKeysOfOneParty}) {
    std::vector<std::string> additions;
    for (std::size_t i = first + 1; i < first + kKeysOfOneParty; ++i) {
      v1::Statement add;
      *add.mutable_add_key()->mutable_grant() = GrantFor(
          authors[i].key(), PartyOfKey(i), "key " + std::to_string(i), v1::KEY_ROLE_ALL_ACTS);
      additions.push_back(authors[first].Say(std::move(add)));
    }
    if (StreamLoad(broker.address(), additions, 64).failed != 0) Fail("keys could not be added");
  }
  return authors;
}

double ThreadCpuUs() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

double VerificationUs() {
  const keys::SigningPrivateKey key = KeyFromSeed("verify");
  const std::string message(300, 'm');
  const std::string signature = key.Sign(keys::AsBytes(message));
  constexpr int kTimes = 4000;
  const double before = ThreadCpuUs();
  for (int i = 0; i < kTimes; ++i) {
    if (!key.Public().Verify(keys::AsBytes(message), keys::AsBytes(signature)).ok()) Fail("verify");
  }
  return (ThreadCpuUs() - before) / kTimes;
}

// CPU of one entry of 300 bytes in synced batches of 64.
double EntryUs() {
  const std::string folder =
      (std::filesystem::temp_directory_path() / ("cairn-bench-db-" + std::to_string(getpid())))
          .string();
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* opened = nullptr;
  if (!rocksdb::DB::Open(options, folder, &opened).ok()) Fail("RocksDB does not open");
  std::unique_ptr<rocksdb::DB> db(opened);
  rocksdb::WriteOptions synced;
  synced.sync = true;
  constexpr int kBatches = 300, kEntries = 64;
  const std::string entry(300, 'e');
  const double before = ThreadCpuUs();
  for (int batch = 0; batch < kBatches; ++batch) {
    rocksdb::WriteBatch writes;
    for (int i = 0; i < kEntries; ++i) {
      writes.Put("e" + std::to_string(batch * kEntries + i), entry);
    }
    if (!db->Write(synced, &writes).ok()) Fail("RocksDB does not write");
  }
  const double used = (ThreadCpuUs() - before) / (kBatches * kEntries);
  db.reset();
  std::filesystem::remove_all(folder);
  return used;
}

double TwoCoreVerifications() {
  const auto began = std::chrono::steady_clock::now();
  constexpr int kTimes = 8000;
  const auto verify = [] {
    const keys::SigningPrivateKey key = KeyFromSeed("verify");
    const std::string message(300, 'm');
    const std::string signature = key.Sign(keys::AsBytes(message));
    for (int i = 0; i < kTimes; ++i) {
      if (!key.Public().Verify(keys::AsBytes(message), keys::AsBytes(signature)).ok())
        Fail("verify");
    }
  };
  std::thread other(verify);
  verify();
  other.join();
  return 2 * kTimes /
         std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Series {
  std::vector<double> rate, ratio, p50, p99;
};

void PrintRow(const std::string& name, const Series& series) {
  std::printf("%-44s %9.0f/s  ratio %.2f  p50 %7.0f us  p99 %7.0f us  p99/p50 %.1f\n", name.c_str(),
              Median(series.rate), Median(series.ratio), Median(series.p50), Median(series.p99),
              Median(series.p99) / Median(series.p50));
}

std::vector<std::vector<std::string>> SignClaims(std::vector<Author>& authors, std::size_t clients,
                                                 std::size_t total) {
  std::vector<std::vector<std::string>> statements(clients);
  for (std::size_t c = 0; c < clients; ++c) {
    for (std::size_t i = 0; i < total / clients; ++i) statements[c].push_back(authors[c].Claim());
  }
  return statements;
}

void Add(Series& series, const LoadResult& load, double limit) {
  if (load.failed != 0) Fail(std::to_string(load.failed) + " statements were not logged");
  series.rate.push_back(load.per_second);
  series.ratio.push_back(load.per_second / limit);
  series.p50.push_back(load.p50_us);
  series.p99.push_back(load.p99_us);
}

int Run(const std::string& program, int rounds, std::size_t statements) {
  Broker broker(program);
  std::vector<Author> authors = EnrolKeys(broker);
  std::map<std::size_t, Series> unary;
  Series stream, proofs;
  std::vector<double> call_us, verify_us, entry_us, verifications, echo;
  std::uint64_t logged = kKeys;
  for (int round = 0; round < rounds; ++round) {
    call_us.push_back(EmptyCallCpuUs(20'000));
    verify_us.push_back(VerificationUs());
    entry_us.push_back(EntryUs());
    const double limit = 2e6 / (call_us.back() + verify_us.back() + entry_us.back());
    for (const std::size_t clients : {1, 16, 64, 256}) {
      const std::size_t total = clients == 1 ? statements / 16 : statements;
      Add(unary[clients], UnaryLoad(broker.address(), SignClaims(authors, clients, total)), limit);
      logged += total / clients * clients;
    }
    verifications.push_back(TwoCoreVerifications());
    Add(stream, StreamLoad(broker.address(), SignClaims(authors, 1, statements)[0], 512),
        verifications.back());
    logged += statements;
    echo.push_back(EchoRate(20'000));
    LoadResult of_proofs;
    of_proofs.per_second = ProofRate(broker.address(), logged, 20'000);
    Add(proofs, of_proofs, echo.back());
  }
  std::printf(
      "limit of two cores: %.0f/s (empty call %.1f us, verification %.1f us, entry %.1f us of "
      "CPU)\n",
      2e6 / (Median(call_us) + Median(verify_us) + Median(entry_us)), Median(call_us),
      Median(verify_us), Median(entry_us));
  for (const auto& [clients, series] : unary) {
    PrintRow("durable statements, " + std::to_string(clients) + " clients", series);
  }
  PrintRow("durable statements, one stream, 512 in flight", stream);
  std::printf("  (ratio to two-core Ed25519 verification, %.0f/s)\n", Median(verifications));
  std::printf("%-44s %9.0f/s  ratio %.2f  (to a bare gRPC echo, %.0f/s)\n", "inclusion proofs",
              Median(proofs.rate), Median(proofs.ratio), Median(echo));
  return 0;
}

}  // namespace
}  // namespace cairn::bench

int main(int argc, char** argv) {
  if (argc == 4 && std::string(argv[1]) == "--echo-server") {
    return cairn::bench::ServeEcho(std::stoul(argv[2]), std::stoi(argv[3]));
  }
  if (argc < 2) {
    std::cerr << "usage: broker_bench BROKER_PROGRAM [ROUNDS [STATEMENTS]]\n";
    return 2;
  }
  return cairn::bench::Run(argv[1], argc > 2 ? std::stoi(argv[2]) : 7,
                           argc > 3 ? std::stoul(argv[3]) : 16'000);
}
