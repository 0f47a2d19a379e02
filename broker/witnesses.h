// All witnesses of the log: each has a thread, so one that is slow or silent delays nobody else.
//
// A round sends one note, which must be in the anchor, to every witness that is wanted, and
// collects the lines that come back, each verified. Whoever waits for a round waits for the
// witnesses that answered the last time; one that failed is asked again later and later, and what
// it sends then is kept until somebody takes it.
//
// A witness's word never decides anything about the log. A note that the log's own key has signed
// over another history does: it is kept in a file, and the log is sealed.
#ifndef CAIRN_BROKER_WITNESSES_H_
#define CAIRN_BROKER_WITNESSES_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/log/mutex.h"
#include "audit/log/outcome.h"
#include "audit/log/store.h"
#include "audit/merkle/tile_source.h"
#include "audit/note/policy.h"
#include "broker/witness_client.h"
#include "keys/bytes.h"
#include "keys/vkey.h"

namespace cairn::broker {

inline constexpr std::size_t kMaxWitnesses = 15;
// A witness that failed is asked again after this, then twice as late each time.
inline constexpr std::chrono::milliseconds kFirstRetry{1'000};
inline constexpr std::chrono::milliseconds kLastRetry{30'000};

// The witnesses of a policy file: its groups and quorum decide nothing here. kInvalidArgument names
// the file and what is wrong: no policy, no witness, one without a URL, more than kMaxWitnesses.
absl::StatusOr<note::Policy> ReadWitnessFile(const std::string& path);

// The notes that the witnesses hold of this log, asked side by side, each within the timeout; those
// that cannot be reached are left out and logged. For opening the log.
std::vector<keys::Bytes> FetchWitnessNotes(const note::Policy& policy, const std::string& origin,
                                           long timeout_ms);

struct WitnessStats {
  std::string name;
  std::uint64_t cosigned = 0;  // Since the start.
  std::uint64_t failed = 0;
  std::uint64_t size = 0;  // Of the largest tree that it has cosigned for us.
  bool failing = false;    // The last attempt failed.
};

class Witnesses {
 public:
  struct Options {
    note::Policy policy;
    keys::VerifierKey log_key;
    long timeout_ms = 3'000;
    // The log's key has signed `note`, which is not of this log's history. On a witness's thread.
    std::function<void(const std::string& why, const keys::Bytes& note)> on_other_history;
  };

  // kInvalidArgument: a witness without a usable URL. `store` and `tiles` outlive this.
  static absl::StatusOr<std::unique_ptr<Witnesses>> Start(Options options, const log::Reader& store,
                                                          const merkle::TileReader& tiles);
  ~Witnesses();
  Witnesses(const Witnesses&) = delete;
  Witnesses& operator=(const Witnesses&) = delete;

  // Sends `head` to the witnesses whose line `note`, a note of the same tree with whatever lines it
  // has, lacks; to all, if `fresh`. Returns when those that are not failing have answered. What
  // comes back: `note` with the lines that came. One caller at a time.
  keys::Bytes Collect(const std::shared_ptr<const log::SignedHead>& head, const keys::Bytes& note,
                      bool fresh);

  // Notes that have got lines after their round had ended; each is given once.
  std::vector<keys::Bytes> TakeLate();

  // Whether somebody is to be asked now for a line that `note` lacks.
  bool IsAnyMissing(const keys::Bytes& note) const;

  // Ends the threads, as soon as the requests under way have ended. Again: nothing.
  void Stop();

  std::vector<WitnessStats> Stats() const;

 private:
  // One note under way. Threads share it; it lives as long as one of them has it.
  struct Round;
  // One witness with its thread and its state.
  struct Member;

  Witnesses(Options options, const log::Reader& store, const merkle::TileReader& tiles);
  void Work(Member& member);
  void AskOne(Member& member, Round& round);
  void Judge(const Member& member, const keys::Bytes& theirs);
  bool Lacks(const keys::Bytes& note, const Member& member) const;

  const Options options_;
  const log::Reader& store_;
  const merkle::TileReader& tiles_;
  std::vector<std::unique_ptr<Member>> members_;

  mutable log::Mutex mutex_;  // Of all members' states and of the rounds.
  log::CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<keys::Bytes> late_ ABSL_GUARDED_BY(mutex_);  // At most one a witness between turns.
};

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_WITNESSES_H_
