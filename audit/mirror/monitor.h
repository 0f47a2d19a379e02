// Watching a log: what a monitor has proved, and what it has told, kept in plain files so that a
// restart neither forgets nor repeats.
//
//   <folder>/copy/      the verified copy (audit/mirror/sync_folder.h)
//   <folder>/monitor    "cairn monitor v1", then one fact a line:
//     log <vkey>
//     since <size> <unix seconds>      where watching began
//     told <size> <root in hex>        alerts about leaves below this size were given out
//     once <64 hex digits>             an alert about a lasting matter that was given out
//
// A look brings the copy up to date, which proves that the log is one history from its first leaf,
// folds it again, and says what is new. Without its files a monitor would compare neighbouring
// checkpoints and prove nothing, so it does not run without them.
#ifndef CAIRN_AUDIT_MIRROR_MONITOR_H_
#define CAIRN_AUDIT_MIRROR_MONITOR_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/ledger/replay.h"
#include "audit/merkle/types.h"
#include "audit/mirror/source.h"
#include "keys/vkey.h"

namespace cairn::mirror {

// Looks that fail in a row before it is an alert.
inline constexpr int kFailuresBeforeAlert = 3;
// About how many alerts one look gives out: a first look at a long log may find one for each leaf.
inline constexpr std::size_t kAlertsALook = 10'000;
// How long after a due date the log's own time may still stand before it.
inline constexpr std::uint64_t kTimeGraceS = 300;

enum class AlertKind {
  kOwnAct,        // A statement of one of the parties watched for.
  kFault,         // A leaf that the fold refuses: the operator should not have logged it.
  kOverdue,       // Something owed whose due date has passed by the log's time.
  kTimeOwed,      // A due date has passed by our clock, and the log's time stands before it.
  kOtherHistory,  // Two notes of the log's key that no one tree can have; both are kept.
  kSpoiled,  // The log serves bytes that its checkpoint does not commit to, or the copy changed.
  kShrunk,   // The log shows a smaller tree than before.
  kUnreachable,  // Several looks in a row failed.
};
// "own-act" and so on; for programs, and for ever.
std::string AlertName(AlertKind kind);
// Whether it says that the log or its operator did what it must not.
bool IsMisbehaviour(AlertKind kind);

struct Alert {
  AlertKind kind = AlertKind::kOwnAct;
  std::optional<merkle::LeafIndex> leaf;
  std::string text;  // One sentence.
};

// What one look has shown.
struct Look {
  std::vector<Alert> alerts;
  merkle::TreeSize proved{};  // One history from leaf 0 up to this size.
  merkle::TreeSize fresh{};   // Of these, how many leaves were new.
  merkle::TreeSize since{};   // The size when watching began,
  std::uint64_t since_s = 0;  // and when that was.
  bool more = false;          // It stopped at kAlertsALook: keep it, and look again at once.
};

// Not thread-safe. Memory: the fold's state and the alerts of one look, however long the log.
class Monitor {
 public:
  struct Options {
    std::string folder;
    keys::VerifierKey log;
    std::vector<std::string> parties;  // Whose acts are told: one's own.
    std::size_t alerts_a_look = kAlertsALook;
  };

  // Makes the folder, or goes on from what is there: folds the copy up to what was told.
  // kFailedPrecondition: the folder is another log's. kDataLoss: its file or copy was changed.
  static absl::StatusOr<std::unique_ptr<Monitor>> Open(Options options, std::uint64_t now_s);

  // One look at the log. What the log does wrong is an alert; errors are those of our own disk, and
  // kUnimplemented: the log goes on under a fold version that this program does not know.
  absl::StatusOr<Look> LookAt(Source& source, std::uint64_t now_s);

  // Makes durable that the alerts of the last look were given out. A crash before it gives them
  // again. kUnavailable.
  absl::Status Keep();

 private:
  explicit Monitor(Options options) : options_(std::move(options)) {}
  absl::Status Load(std::uint64_t now_s);
  absl::Status CatchUp(merkle::TreeSize end, std::vector<Alert>* alerts);
  void TakeLeaf(const ledger::ReplayStep& step, std::vector<Alert>& alerts) const;
  absl::Status FindOverdue(std::uint64_t now_s, std::vector<Alert>& alerts);
  void TellOnce(const std::string& about, Alert alert, std::vector<Alert>& alerts);
  void TakeFailure(const absl::Status& status, std::vector<Alert>& alerts);
  std::string CopyFolder() const { return options_.folder + "/copy"; }

  const Options options_;
  ledger::Replay replay_;
  merkle::TreeSize since_{};
  std::uint64_t since_s_ = 0;
  std::set<std::string> once_;  // Digests in hex.
  int failures_ = 0;
};

}  // namespace cairn::mirror

#endif  // CAIRN_AUDIT_MIRROR_MONITOR_H_
