// One leaf being folded: what the checks and effects of all bodies work with. Inside audit/ledger.
#ifndef CAIRN_AUDIT_LEDGER_STEP_H_
#define CAIRN_AUDIT_LEDGER_STEP_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "audit/ledger/fields.h"
#include "audit/ledger/objects.h"
#include "audit/ledger/refusal.h"
#include "audit/ledger/view.h"
#include "audit/merkle/types.h"
#include "audit/statement/statement.h"
#include "cairn/v1/state.pb.h"
#include "cairn/v1/statement.pb.h"

namespace cairn::ledger {

// What a check came to: nothing if it holds, else why not.
using Verdict = std::optional<Objection>;

// Reads through the view, collects what changes. An error of the view is kept and reads as "not
// there" from then on; Fold looks at error() before it believes any verdict, so that a failing
// store never turns into a refusal.
class Step {
 public:
  // All arguments must outlive this.
  Step(const View& view, merkle::LeafIndex leaf, const statement::VerifiedStatement& verified)
      : view_(view), index_(merkle::ToInt(leaf)), verified_(verified) {}

  const v1::Statement& statement() const { return verified_.statement(); }
  const statement::VerifiedStatement& verified() const { return verified_; }
  // As objects keep it: in a successor log leaves count on from the predecessor's.
  std::uint64_t leaf() const { return log_.base() + index_; }
  // In this log.
  std::uint64_t index() const { return index_; }
  const View& view() const { return view_; }
  keys::ByteView handover() const { return keys::AsBytes(statement().handover()); }
  const std::string& actor() const { return statement().actor(); }
  keys::Bytes id() const { return verified_.id().ToBytes(); }

  // Nothing if there is no such object, or if the view failed.
  template <typename T>
  std::optional<T> Get(const std::string& key) {
    const auto changed = changes_.find(key);
    absl::StatusOr<std::optional<T>> object = std::optional<T>();
    if (changed == changes_.end()) {
      object = GetObject<T>(view_, key);
    } else if (changed->second.has_value()) {
      absl::StatusOr<T> own = ReadObject<T>(key, keys::AsBytes(*changed->second));
      object = own.ok() ? absl::StatusOr<std::optional<T>>(*std::move(own)) : own.status();
    }
    if (object.ok()) return *std::move(object);
    if (error_.ok()) error_ = object.status();
    return std::nullopt;
  }
  bool Has(const std::string& key);

  // The origin that the statement must name: this log's; the predecessor's for one lodged again.
  const std::string& expected_origin() const {
    return relodged_from_.empty() ? log_.log_origin() : relodged_from_;
  }
  bool is_relodged() const { return !relodged_from_.empty(); }
  void set_relodged_from(std::string origin) { relodged_from_ = std::move(origin); }

  void Put(const std::string& key, const google::protobuf::Message& object);
  // What another statement, folded over the same view, changes as well.
  void Merge(Step& other) { changes_.merge(other.changes_); }
  void Remove(const std::string& key);

  // The objects that nearly every leaf needs, read at most once.
  v1::LogObject& log() { return log_; }
  v1::ClockObject& clock() { return clock_; }
  v1::KeyObject& key() { return key_; }
  // The charter of the statement's handover. REQUIRES: the handover is there.
  const v1::Charter& charter();

  const absl::Status& error() const { return error_; }
  // Keeps an error of a view that was met elsewhere.
  void Keep(const absl::Status& error) {
    if (error_.ok()) error_ = error;
  }
  std::vector<Change> TakeChanges();

 private:
  const View& view_;
  std::uint64_t index_;
  const statement::VerifiedStatement& verified_;
  std::map<std::string, std::optional<keys::Bytes>> changes_;
  absl::Status error_;
  v1::LogObject log_;
  v1::ClockObject clock_;
  v1::KeyObject key_;
  std::optional<v1::CharterObject> charter_;
  std::string relodged_from_;
};

// Every accepted statement moves its key's chain on: what makes a replay fail.
void AdvanceChain(Step& step);

// --- Saying no -----------------------------------------------------------------------------------

Objection Object(v1::RefusalReason reason, std::string field, std::string message,
                 std::string remedy);
// Reason FIELD, from a complaint about the field at `path`.
Objection FieldObjection(std::string path, Complaint complaint);
// `handle` in quotation marks if it is one, so that no refusal repeats foreign text at length.
std::string Quoted(absl::string_view handle);
// The first twelve digits of an id or digest, for sentences.
std::string Short(absl::string_view bytes);

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_STEP_H_
