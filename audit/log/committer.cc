#include "audit/log/committer.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/log/read_back.h"
#include "audit/merkle/hash.h"
#include "audit/merkle/tile_source.h"
#include "audit/note/checkpoint.h"
#include "audit/statement/entry.h"
#include "audit/statement/refusal.h"

namespace cairn::log {
namespace {

// The nodes of an earlier leaf, from the store.
class StoredNodes final : public merkle::NodeSource {
 public:
  StoredNodes(merkle::TreeSize size, std::shared_ptr<const TileCache> tiles)
      : tiles_(std::move(tiles)), source_(size, *tiles_) {}
  absl::StatusOr<std::vector<merkle::NodeHash>> ReadNodes(
      std::span<const merkle::NodeId> nodes) const override {
    return source_.ReadNodes(nodes);
  }

 private:
  const std::shared_ptr<const TileCache> tiles_;
  const merkle::TileSource source_;
};

// The size up to which the store's own notes show that everything was read back.
merkle::TreeSize NotedSize(const StoredNotes& notes) {
  return notes.newest ? notes.newest->size : merkle::TreeSize{0};
}

}  // namespace

Committer::Committer(Store& store, const std::string& anchor_path, Opening opening,
                     const LogIdentity& identity, const SequencerHooks& hooks,
                     std::shared_ptr<const TileCache> tiles, std::size_t object_cache_bytes)
    : store_(store),
      anchor_path_(anchor_path),
      identity_(identity),
      hooks_(hooks),
      tiles_(std::move(tiles)),
      anchor_(std::move(opening.anchor)),
      edge_(std::move(opening.edge)),
      objects_(store, object_cache_bytes),
      roots_(*tiles_),
      planner_(store, objects_, roots_, hooks),
      last_logged_ms_(opening.last_logged_ms) {}

absl::StatusOr<std::unique_ptr<Committer>> Committer::Start(
    Store& store, const std::string& anchor_path, Opening opening, const LogIdentity& identity,
    const SequencerHooks& hooks, std::shared_ptr<const TileCache> tiles,
    std::size_t object_cache_bytes) {
  const merkle::TreeSize noted = NotedSize(opening.notes);
  std::unique_ptr<Committer> committer(new Committer(store, anchor_path, std::move(opening),
                                                     identity, hooks, std::move(tiles),
                                                     object_cache_bytes));
  absl::Status status = committer->Finish(noted, committer->edge_.head());
  if (!status.ok()) return status;
  return committer;
}

absl::StatusOr<std::vector<Outcome>> Committer::Process(std::span<const Submission> batch) {
  const std::uint64_t now_ms = hooks_.now_ms();
  auto plan = planner_.Make(batch, head_->head, now_ms, last_logged_ms_);  // (0)
  if (!plan.ok()) return plan.status();
  if (!plan->entries.empty()) {
    if (absl::Status status = Commit(*plan, now_ms); !status.ok()) return status;
    if (hooks_.on_head) hooks_.on_head(head_);
  }
  std::vector<Outcome> outcomes;  // (6)
  outcomes.reserve(batch.size());
  for (const Verdict& verdict : plan->verdicts) {
    auto outcome = Answer(*plan, verdict, now_ms);
    if (!outcome.ok()) return outcome.status();
    outcomes.push_back(*std::move(outcome));
  }
  return outcomes;
}

absl::Status Committer::Commit(Plan& plan, std::uint64_t now_ms) {
  std::vector<merkle::LeafHash> leaves;
  leaves.reserve(plan.entries.size());
  for (const NewEntry& entry : plan.entries) {
    leaves.push_back(merkle::HashLeaf(keys::AsBytes(entry.entry)));
  }
  Batch batch;
  batch.from = edge_.head().size;
  Edge::Growth growth = edge_.Append(leaves);
  batch.entries = std::move(plan.entries);
  batch.tiles = std::move(growth.tiles);
  batch.objects = std::move(plan.changes);
  batch.head = growth.head;
  absl::Status status = store_.Commit(batch, Durability::kSynced);  // (1)
  if (!status.ok()) return status;
  status = Finish(batch.from, growth.head);
  if (!status.ok()) return status;
  objects_.Apply(std::move(batch.objects));
  last_logged_ms_ = now_ms;
  batch_nodes_ = std::move(growth.nodes);
  plan.entries = std::move(batch.entries);
  return absl::OkStatus();
}

absl::Status Committer::Finish(merkle::TreeSize from, const TreeHead& head) {
  absl::Status status = ReadBack(store_, from, head);  // (2)
  if (!status.ok()) return status;
  auto note = Sign(head);  // (3)
  if (!note.ok()) return note.status();
  status = store_.PutNote({head.size, *note}, Durability::kUnsynced);  // (4)
  if (!status.ok()) return status;
  status = PutAnchor({store_.database_id(), head, *note});  // (5)
  if (!status.ok()) return status;
  roots_.Remember(head);
  head_ = std::make_shared<const SignedHead>(SignedHead{head, *std::move(note)});
  return absl::OkStatus();
}

absl::Status Committer::PutAnchor(const AnchorRecord& record) {
  if (anchor_ != nullptr) {
    if (anchor_->contents().Newest() == record) return absl::OkStatus();
    return anchor_->Write(record);
  }
  auto anchor = Anchor::Create(anchor_path_, record);
  if (!anchor.ok()) return anchor.status();
  anchor_ = *std::move(anchor);
  return absl::OkStatus();
}

absl::StatusOr<keys::Bytes> Committer::Sign(const TreeHead& head) const {
  return note::SignCheckpoint({identity_.origin, head.size, head.root}, *identity_.log_key);
}

absl::StatusOr<Outcome> Committer::Answer(const Plan& plan, const Verdict& verdict,
                                          std::uint64_t now_ms) const {
  switch (verdict.kind) {
    case Verdict::Kind::kLeaf:
      return Outcome(Logged{.index = verdict.leaf,
                            .logged_at_ms = now_ms,
                            .already_logged = false,
                            .head = head_,
                            .nodes = batch_nodes_});
    case Verdict::Kind::kSame: {
      auto same = Answer(plan, plan.verdicts[verdict.same_as], now_ms);
      if (same.ok() && std::holds_alternative<Logged>(*same)) {
        std::get<Logged>(*same).already_logged = true;
      }
      return same;
    }
    case Verdict::Kind::kLogged:
      return AnswerLogged(verdict.leaf);
    case Verdict::Kind::kRefused:
      return AnswerRefused(verdict);
    case Verdict::Kind::kError:
      break;
  }
  return Outcome(verdict.error);
}

absl::StatusOr<Outcome> Committer::AnswerLogged(merkle::LeafIndex leaf) const {
  auto bytes = store_.ReadEntry(leaf);
  if (!bytes.ok()) return bytes.status();
  auto entry = statement::ParseEntry(keys::AsBytes(*bytes));
  if (!entry.ok()) return absl::DataLossError(entry.status().message());
  return Outcome(Logged{.index = leaf,
                        .logged_at_ms = entry->logged_at_ms,
                        .already_logged = true,
                        .head = head_,
                        .nodes = std::make_shared<StoredNodes>(head_->head.size, tiles_)});
}

absl::StatusOr<Outcome> Committer::AnswerRefused(const Verdict& verdict) const {
  keys::Bytes own_note;
  if (verdict.own_head) {
    auto note = Sign(*verdict.own_head);
    if (!note.ok()) return note.status();
    own_note = *std::move(note);
  }
  auto refusal = ledger::IsSigned(verdict.refusal.reason())
                     ? statement::SignRefusal(verdict.refusal, *identity_.operator_key, own_note)
                     : statement::UnsignedRefusal(verdict.refusal);
  // A refusal that cannot be written down is our fault, and nobody else's problem.
  if (!refusal.ok()) return Outcome(absl::InternalError(refusal.status().message()));
  return Outcome(*std::move(refusal));
}

}  // namespace cairn::log
