#include "tests/bench/broker_process.h"

#include <grpcpp/grpcpp.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "audit/statement/canonical.h"
#include "audit/statement/statement.h"
#include "keys/possession.h"
#include "keys/secret.h"
#include "tests/bench/load.h"

namespace cairn::bench {
namespace {

constexpr char kOrigin[] = "bench.example.org/log";
constexpr char kGrpcAddress[] = "127.0.0.1:27443";
constexpr char kHttpAddress[] = "127.0.0.1:27480";
constexpr std::size_t kKeys = 256;
// A party has at most 256 keys in its life, so two parties share them.
constexpr std::size_t kKeysOfOneParty = 128;

std::string PartyOfKey(std::size_t key) { return key < kKeysOfOneParty ? "bench-1" : "bench-2"; }

std::uint64_t NowMs() {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                        std::chrono::system_clock::now().time_since_epoch())
                                        .count());
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

}  // namespace

void Fail(const std::string& why) {
  std::cerr << "broker_bench: " << why << "\n";
  std::exit(3);
}

keys::SigningPrivateKey KeyFromSeed(const std::string& name) {
  const keys::Digest seed = keys::Sha256(keys::AsBytes("bench seed " + name));
  return OrFail(keys::SigningPrivateKey::FromSeed(keys::SecretBytes::CopyOf(seed.View())));
}

Author::Author(std::size_t number)
    : party_(PartyOfKey(number)), key_(KeyFromSeed("key " + std::to_string(number))) {}

std::string Author::Say(v1::Statement statement) {
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

std::string Author::Claim() {
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

BrokerProcess::BrokerProcess(const std::string& program, std::string folder)
    : folder_(std::move(folder)) {
  std::filesystem::create_directories(folder_);
  Make(program);
  process_ = fork();
  if (process_ != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const std::string config = In("broker.toml"), passphrase = In("passphrase");
  if (std::freopen(In("broker.log").c_str(), "w", stderr) == nullptr) _exit(3);
  execl(program.c_str(), program.c_str(), "--config", config.c_str(), "--passphrase-file",
        passphrase.c_str(), "--logging-level", "warning", nullptr);
  _exit(3);
}

BrokerProcess::~BrokerProcess() {
  kill(process_, SIGTERM);
  waitpid(process_, nullptr, 0);
  std::filesystem::remove_all(folder_);
}

std::string BrokerProcess::address() const { return kGrpcAddress; }

void BrokerProcess::WriteSecret(const std::string& name, const std::string& bytes) const {
  std::ofstream(In(name), std::ios::binary) << bytes;
  std::filesystem::permissions(
      In(name), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

void BrokerProcess::Make(const std::string& program) const {
  const auto shell = [this](const std::string& command) {
    if (std::system((command + " 2> " + In("errors")).c_str()) != 0) {
      Fail(command + ": see " + In("errors"));
    }
  };
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
  shell(program + " init" + at + " --origin " + kOrigin +
        " --operator-name Bench --key-cost insecure-minimum --grpc-listen " + kGrpcAddress +
        " --http-listen " + kHttpAddress + " > " + In("init"));
  shell(program + " genesis" + at + " --output json --registrar " + In("bench-1.entry") +
        " --registrar " + In("bench-2.entry") + " --threshold 1 > " + In("genesis"));
}

std::string BrokerProcess::Genesis() const {
  std::ifstream file(In("genesis"));
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::size_t at = text.find("\"genesis\"");
  const std::size_t from = text.find('"', text.find(':', at) + 1) + 1;
  if (at == std::string::npos) Fail("genesis printed: " + text);
  std::string digest;
  for (std::size_t i = 0; i < 64; i += 2) {
    digest.push_back(static_cast<char>(std::stoi(text.substr(from + i, 2), nullptr, 16)));
  }
  return digest;
}

void BrokerProcess::Settle(const std::string& statement) const {
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (UnaryLoad(address(), {{statement}}).failed == 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  Fail("a statement that sets the bench up was not logged; see " + In("broker.log"));
}

std::vector<Author> BrokerProcess::EnrolKeys() {
  std::vector<Author> authors;
  for (std::size_t i = 0; i < kKeys; ++i) authors.emplace_back(i);
  v1::Statement endorse;
  endorse.mutable_endorse()->set_statement(Genesis());
  Settle(authors[0].Say(std::move(endorse)));
  for (const std::size_t first : {std::size_t{0}, kKeysOfOneParty}) {
    std::vector<std::string> additions;
    for (std::size_t i = first + 1; i < first + kKeysOfOneParty; ++i) {
      v1::Statement add;
      *add.mutable_add_key()->mutable_grant() = GrantFor(
          authors[i].key(), PartyOfKey(i), "key " + std::to_string(i), v1::KEY_ROLE_ALL_ACTS);
      additions.push_back(authors[first].Say(std::move(add)));
    }
    if (StreamLoad(address(), additions, 64).failed != 0) Fail("keys could not be added");
  }
  return authors;
}

}  // namespace cairn::bench
