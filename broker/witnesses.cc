#include "broker/witnesses.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/log/foreign_note.h"
#include "broker/limits.h"
#include "broker/logging.h"
#include "keys/regular_file.h"

namespace cairn::broker {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

absl::Status BadWitnessFile(const std::string& path, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("witnesses.policy: ", path, ": ", what));
}

}  // namespace

absl::StatusOr<note::Policy> ReadWitnessFile(const std::string& path) {
  const absl::StatusOr<keys::Bytes> text = keys::ReadRegularFile(path, kMaxConfigBytes);
  if (!text.ok()) {
    return absl::Status(text.status().code(),
                        absl::StrCat("witnesses.policy: ", text.status().message()));
  }
  absl::StatusOr<note::Policy> policy = note::Policy::Parse(*text);
  if (!policy.ok()) return BadWitnessFile(path, policy.status().message());
  if (policy->witnesses().empty()) return BadWitnessFile(path, "it names no witness");
  if (policy->witnesses().size() > kMaxWitnesses) {
    return BadWitnessFile(path, absl::StrCat("it names more than ", kMaxWitnesses, " witnesses"));
  }
  for (const note::Policy::Witness& witness : policy->witnesses()) {
    if (!witness.url.empty()) continue;
    return BadWitnessFile(path, absl::StrCat("the witness ", witness.name,
                                             " has no URL, so it cannot be asked: write witness "
                                             "<name> <vkey> <url>"));
  }
  return policy;
}

std::vector<keys::Bytes> FetchWitnessNotes(const note::Policy& policy, const std::string& origin,
                                           long timeout_ms) {
  std::vector<absl::StatusOr<keys::Bytes>> fetched(policy.witnesses().size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < fetched.size(); ++i) {
    threads.emplace_back([&, i] {
      const auto client = WitnessClient::Create(policy.witnesses()[i], origin, timeout_ms);
      fetched[i] = client.ok() ? (*client)->FetchNote() : client.status();
    });
  }
  std::vector<keys::Bytes> notes;
  for (std::size_t i = 0; i < fetched.size(); ++i) {
    threads[i].join();
    if (fetched[i].ok()) {
      notes.push_back(*std::move(fetched[i]));
    } else if (!absl::IsNotFound(fetched[i].status())) {
      LogEvent(Severity::kWarning, "witness_not_asked_at_start",
               {{"witness", policy.witnesses()[i].name}, {"error", fetched[i].status().message()}});
    }
  }
  return notes;
}

// All but `head` is guarded by the mutex of Witnesses.
struct Witnesses::Round {
  std::shared_ptr<const log::SignedHead> head;
  keys::Bytes note;
  std::size_t awaited = 0;  // Witnesses that the caller still waits for.
  bool ended = false;       // The caller has gone; lines are late.
};

// What follows `client` is guarded by the mutex of Witnesses; `client` is the thread's own.
struct Witnesses::Member {
  std::unique_ptr<WitnessClient> client;
  std::shared_ptr<Round> next;  // To be sent; a later one takes its place.
  bool next_is_awaited = false;
  bool busy = false;  // A request is under way.
  SteadyTime not_before{};
  std::chrono::milliseconds retry = kFirstRetry;
  WitnessStats stats;
  std::thread thread;
};

Witnesses::Witnesses(Options options, const log::Reader& store, const merkle::TileReader& tiles)
    : options_(std::move(options)), store_(store), tiles_(tiles) {}

absl::StatusOr<std::unique_ptr<Witnesses>> Witnesses::Start(Options options,
                                                            const log::Reader& store,
                                                            const merkle::TileReader& tiles) {
  std::unique_ptr<Witnesses> all(new Witnesses(std::move(options), store, tiles));
  for (const note::Policy::Witness& witness : all->options_.policy.witnesses()) {
    auto client =
        WitnessClient::Create(witness, all->options_.log_key.name(), all->options_.timeout_ms);
    if (!client.ok()) return client.status();
    auto member = std::make_unique<Member>();
    member->client = *std::move(client);
    member->stats.name = witness.name;
    all->members_.push_back(std::move(member));
  }
  for (const auto& member : all->members_) {
    member->thread = std::thread([raw = all.get(), one = member.get()] { raw->Work(*one); });
  }
  return all;
}

Witnesses::~Witnesses() { Stop(); }

void Witnesses::Stop() {
  {
    const log::MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.NotifyAll();
  for (const auto& member : members_) {
    if (member->thread.joinable()) member->thread.join();
  }
}

bool Witnesses::Lacks(const keys::Bytes& note, const Member& member) const {
  const auto lines = note::ListSignatureLines(keys::AsBytes(note));
  if (!lines.ok()) return true;
  const keys::VerifierKey& key = member.client->key();
  return std::none_of(lines->begin(), lines->end(), [&](const note::SignatureLine& line) {
    return line.name == key.name() && line.key_id == key.id();
  });
}

std::vector<keys::Bytes> Witnesses::TakeLate() {
  const log::MutexLock lock(mutex_);
  return std::exchange(late_, {});
}

bool Witnesses::IsAnyMissing(const keys::Bytes& note) const {
  const SteadyTime now = std::chrono::steady_clock::now();
  const log::MutexLock lock(mutex_);
  return std::any_of(members_.begin(), members_.end(), [&](const auto& member) {
    return !member->busy && now >= member->not_before && Lacks(note, *member);
  });
}

keys::Bytes Witnesses::Collect(const std::shared_ptr<const log::SignedHead>& head,
                               const keys::Bytes& note, bool fresh) {
  const auto round = std::make_shared<Round>();
  round->head = head;
  round->note = note;
  const SteadyTime now = std::chrono::steady_clock::now();
  const log::MutexLock lock(mutex_);
  for (const auto& member : members_) {
    if (now < member->not_before || (!fresh && !Lacks(note, *member))) continue;
    // A round that was not begun is given up; its caller has gone, or it would not be unbegun.
    member->next = round;
    member->next_is_awaited = !member->stats.failing;
    if (member->next_is_awaited) ++round->awaited;
  }
  changed_.NotifyAll();
  while (round->awaited > 0 && !stopping_) changed_.Wait(mutex_);
  round->ended = true;
  return round->note;
}

void Witnesses::Work(Member& member) {
  for (;;) {
    std::shared_ptr<Round> round;
    bool awaited = false;
    {
      const log::MutexLock lock(mutex_);
      while (member.next == nullptr && !stopping_) changed_.Wait(mutex_);
      if (stopping_) return;
      round = std::exchange(member.next, nullptr);
      awaited = std::exchange(member.next_is_awaited, false);
      member.busy = true;
    }
    AskOne(member, *round);
    const log::MutexLock lock(mutex_);
    member.busy = false;
    if (awaited) --round->awaited;
    changed_.NotifyAll();
  }
}

void Witnesses::AskOne(Member& member, Round& round) {
  const WitnessReply reply = member.client->Ask(*round.head, tiles_);
  if (reply.theirs.has_value()) Judge(member, *reply.theirs);
  bool was_failing = false;
  {
    const log::MutexLock lock(mutex_);
    was_failing = std::exchange(member.stats.failing, !reply.line.ok());
    if (reply.line.ok()) {
      const auto merged = note::MergeSignatureLines(keys::AsBytes(round.note), {&*reply.line, 1});
      if (merged.ok()) round.note = *merged;
      if (merged.ok() && round.ended && late_.size() < kMaxWitnesses) late_.push_back(*merged);
      ++member.stats.cosigned;
      member.stats.size = std::max(member.stats.size, merkle::ToInt(round.head->head.size));
      member.retry = kFirstRetry;
      member.not_before = {};
    } else {
      ++member.stats.failed;
      member.not_before = std::chrono::steady_clock::now() + member.retry;
      member.retry = std::min(2 * member.retry, kLastRetry);
      if (!member.next_is_awaited) member.next.reset();  // It came meanwhile; first the pause.
    }
  }
  if (!reply.line.ok() && !was_failing) {
    LogEvent(Severity::kWarning, "witness_failing",
             {{"witness", member.client->name()},
              {"code", absl::string_view(absl::StatusCodeToString(reply.line.status().code()))},
              {"error", reply.line.status().message()}});
  }
  if (reply.line.ok() && was_failing) {
    LogEvent(Severity::kInfo, "witness_recovered", {{"witness", member.client->name()}});
  }
}

void Witnesses::Judge(const Member& member, const keys::Bytes& theirs) {
  const absl::Status judged =
      log::JudgeForeignNote(store_, options_.log_key, keys::AsBytes(theirs));
  if (absl::IsDataLoss(judged)) {
    options_.on_other_history(
        absl::StrCat("the witness ", member.client->name(), " shows it: ", judged.message()),
        theirs);
    return;
  }
  LogEvent(Severity::kWarning, "witness_claim_without_proof",
           {{"witness", member.client->name()},
            {"found", judged.ok() ? "its note is of this log's history"
                                  : absl::string_view(judged.message())}});
}

std::vector<WitnessStats> Witnesses::Stats() const {
  const log::MutexLock lock(mutex_);
  std::vector<WitnessStats> all;
  for (const auto& member : members_) all.push_back(member->stats);
  return all;
}

}  // namespace cairn::broker
