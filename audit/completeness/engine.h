// The assessment: rule set, facts of the handover and packages in; one report out.
//
// The same inputs give the same bytes on every machine: nothing here reads a clock, a locale, the
// order of a hash table, or a double that was not rounded first. Records are read package by
// package, one at a time; of each only what a report says and what the checks across records
// compare is kept. Single-threaded; separate assessments may run in separate threads.
#ifndef CAIRN_AUDIT_COMPLETENESS_ENGINE_H_
#define CAIRN_AUDIT_COMPLETENESS_ENGINE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/completeness/control_history.h"
#include "audit/completeness/rule_set.h"
#include "cairn/v1/facts.pb.h"
#include "cairn/v1/package.pb.h"
#include "cairn/v1/report.pb.h"
#include "keys/bytes.h"
#include "keys/digest.h"

namespace cairn::completeness {

// A record as a package has it, before any supplement.
struct PackageRecord {
  std::uint64_t index = 0;
  keys::Digest commitment;            // Of the record leaf.
  const v1::MinefieldRecord* record;  // Valid during the call only. Persons are not looked at.
};

// An opened package. What gives it has verified it: digests, root, manifest.
class PackageContent {
 public:
  virtual ~PackageContent() = default;
  // Calls `visit` for each record, index ascending from 0 without gaps. Stops at the first error,
  // its own or the visitor's, and returns it.
  virtual absl::Status ForEachRecord(
      absl::FunctionRef<absl::Status(const PackageRecord&)> visit) const = 0;
  // The field supplements in it, in their order.
  virtual absl::Status ForEachSupplement(
      absl::FunctionRef<absl::Status(const v1::Supplement&)> visit) const = 0;
};

// Records and supplements held in memory.
class PackageInMemory : public PackageContent {
 public:
  void Add(v1::MinefieldRecord record, const keys::Digest& commitment);
  void Add(v1::Supplement supplement);
  absl::Status ForEachRecord(
      absl::FunctionRef<absl::Status(const PackageRecord&)> visit) const override;
  absl::Status ForEachSupplement(
      absl::FunctionRef<absl::Status(const v1::Supplement&)> visit) const override;

 private:
  std::vector<v1::MinefieldRecord> records_;
  std::vector<keys::Digest> commitments_;
  std::vector<v1::Supplement> supplements_;
};

struct AssessedInput {
  keys::Digest digest;            // Of the sealed package file: names its submission in the facts.
  const PackageContent* content;  // Not null.
};

struct AssessInputs {
  const Rules* rules = nullptr;
  const v1::HandoverFacts* facts = nullptr;  // audit/ledger gives them from the leaves.
  std::string log_origin;
  std::span<const AssessedInput> packages;  // In leaf order; those that the assessor could open.
  const ControlHistory* control_history = nullptr;  // The charter's; null: the rule set's, if any.
  keys::Bytes control_history_sha256;               // Of the charter's file; empty without one.
};

// kFailedPrecondition: the facts name another rule set; a record's exercise flag is not the
// charter's. kInvalidArgument: a package that no submission names, twice, or out of leaf order; a
// package whose records are not as many as submitted. Errors of the content are passed on.
absl::StatusOr<v1::Report> Assess(const AssessInputs& inputs);

// The checks that need only leaves and manifests (H-01 to H-04, H-06, H-07, H-13): a report without
// packages, records and classes. What the broker runs after every statement.
absl::StatusOr<v1::HandoverResult> AssessHandover(const Rules& rules,
                                                  const v1::HandoverFacts& facts);

// Facts with one submission and nothing else, so that a holder can run the receiver's checks on a
// package before it signs anything. `rows` as the submission will have them; `time_ms` 0 leaves the
// checks against the log's time not evaluable.
v1::HandoverFacts FactsForOnePackage(const Rules& rules, const keys::Digest& digest,
                                     const v1::PackageHeader& header, std::uint64_t time_ms);

// The canonical bytes of a report, as hashed and handed on.
absl::StatusOr<keys::Bytes> ReportBytes(const v1::Report& report);

// What the Assess statement names: SHA-256("cairn/annex/v1" || salt || bytes) of ReportBytes, with
//   salt = HKDF-SHA-256(SHA-256(package salts in leaf order, one after the other), "",
//                       "cairn/report/v1").
// All who can open the packages, and nobody else, compute it. kInvalidArgument: a salt that is not
// 32 bytes, no salt.
absl::StatusOr<keys::Digest> ReportSalt(std::span<const keys::Bytes> package_salts);
absl::StatusOr<v1::AnnexRef> ReportRef(keys::ByteView report_bytes, const keys::Digest& salt);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_ENGINE_H_
