// Commits batches: the order of effects of the log. Internal to this folder; audit/log/sequencer.h
// is the way in.
//
// What a crash at each step leaves, and what happens then:
//
//   (0) Step the fold over the batch, in leaf order; what it refuses gets no leaf.
//       Crash: nothing is on disk. The callers ask again.
//   (1) Entries, tiles, ids, listings, changed objects, size and root: one synced write batch.
//       Crash: all of it is there or nothing. If it is there, a size without a note: opening goes
//       on at (2). The callers ask again and get the same leaves.
//   (2) Read back what was written and make the root by another way.
//       Crash: as after (1). A difference ends the process with nothing signed.
//   (3) Sign the checkpoint. Ed25519 and the text are deterministic, so signing again gives the
//   same
//       bytes. Crash: as after (1); the signature has left nothing behind.
//   (4) The note, into the database. It is durable with (5), whose record holds it verbatim, and in
//       the database itself with the next synced write, which no leaf precedes: the engine never
//       keeps a later write and loses an earlier one. A sync of its own would make nothing safer.
//       Crash: a note that is not in the anchor; nobody has seen it. Opening goes on at (2), writes
//       the same note again, which changes nothing, and goes on at (5).
//   (5) The anchor: the older slot is overwritten and synced.
//       Crash: that slot may be damaged; the other holds the note before. Opening repairs it and
//       goes on at (2), so that the new note comes into the anchor. If the power failed, the note
//       of (4) may be gone while the anchor has it: opening writes it again.
//   (6) Answer, and let others see the head. Crash: durable and signed, some callers not told. They
//       ask again and get the same leaf with a fresh proof.
//   (7) Publishing and witnesses (audit/log/published.h; the broker's): only notes of step (5).
//
// Opening a log runs Finish, which is steps (2) to (5), for whatever it finds: the same code.
#ifndef CAIRN_AUDIT_LOG_COMMITTER_H_
#define CAIRN_AUDIT_LOG_COMMITTER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/log/anchor.h"
#include "audit/log/edge.h"
#include "audit/log/object_cache.h"
#include "audit/log/opening.h"
#include "audit/log/outcome.h"
#include "audit/log/planner.h"
#include "audit/log/roots.h"
#include "audit/log/sequencer.h"
#include "audit/log/store.h"
#include "audit/log/tile_cache.h"

namespace cairn::log {

// Not thread-safe: one thread owns it.
class Committer {
 public:
  // Takes over a log that is not sealed, and finishes what a crash has left. All references, and
  // the keys of `identity`, must outlive this. Errors as for Process.
  static absl::StatusOr<std::unique_ptr<Committer>> Start(
      Store& store, const std::string& anchor_path, Opening opening, const LogIdentity& identity,
      const SequencerHooks& hooks, std::shared_ptr<const TileCache> tiles,
      std::size_t object_cache_bytes);

  // Commits one batch and says what became of each statement, in their order. An error means that
  // what is on disk is not known: nothing may be answered or signed any more.
  absl::StatusOr<std::vector<Outcome>> Process(std::span<const Submission> batch);

  const std::shared_ptr<const SignedHead>& head() const { return head_; }

 private:
  Committer(Store& store, const std::string& anchor_path, Opening opening,
            const LogIdentity& identity, const SequencerHooks& hooks,
            std::shared_ptr<const TileCache> tiles, std::size_t object_cache_bytes);

  absl::Status Commit(Plan& plan, std::uint64_t now_ms);
  absl::Status Finish(merkle::TreeSize from, const TreeHead& head);
  absl::Status PutAnchor(const AnchorRecord& record);
  absl::StatusOr<keys::Bytes> Sign(const TreeHead& head) const;

  absl::StatusOr<Outcome> Answer(const Plan& plan, const Verdict& verdict,
                                 std::uint64_t now_ms) const;
  absl::StatusOr<Outcome> AnswerLogged(merkle::LeafIndex leaf) const;
  absl::StatusOr<Outcome> AnswerRefused(const Verdict& verdict) const;

  Store& store_;
  const std::string anchor_path_;
  const LogIdentity identity_;
  const SequencerHooks& hooks_;
  const std::shared_ptr<const TileCache> tiles_;
  std::unique_ptr<Anchor> anchor_;
  Edge edge_;
  ObjectCache objects_;
  Roots roots_;
  Planner planner_;
  std::uint64_t last_logged_ms_;
  std::shared_ptr<const SignedHead> head_;
  std::shared_ptr<const merkle::NodeSource> batch_nodes_;  // For the leaves of the batch under way.
};

}  // namespace cairn::log

#endif  // CAIRN_AUDIT_LOG_COMMITTER_H_
