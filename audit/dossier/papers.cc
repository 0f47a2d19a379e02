// Key files, party entries, unsigned submissions, reports and rule sets: canonical files that no
// log has signed.
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "audit/completeness/report_form.h"
#include "audit/dossier/examiners.h"
#include "audit/statement/canonical.h"
#include "cairn/v1/report.pb.h"
#include "cairn/v1/rule_set.pb.h"
#include "cairn/v1/statement.pb.h"
#include "keys/digest.h"
#include "keys/encoding.h"
#include "keys/key_file.h"
#include "keys/possession.h"

namespace cairn::dossier {
namespace {

constexpr statement::CanonicalLimits kPaperLimits{.max_bytes = kMaxWholeFileBytes, .max_depth = 32};

// Each key's possession is proven by itself, or for a sealing key by the entry's first key.
absl::Status CheckPossessions(const v1::PartyEntry& entry, const std::string& origin) {
  if (entry.keys().empty()) return absl::InvalidArgumentError("it has no key");
  const absl::StatusOr<keys::SigningPublicKey> first =
      keys::SigningPublicKey::FromTypedBytes(keys::AsBytes(entry.keys(0).key()));
  if (!first.ok()) return first.status();
  for (const v1::KeyGrant& grant : entry.keys()) {
    const keys::ByteView typed = keys::AsBytes(grant.key());
    const absl::StatusOr<keys::SigningPublicKey> own =
        keys::SigningPublicKey::FromTypedBytes(typed);
    const absl::Status proven = keys::CheckPossession(
        own.ok() ? *own : *first, origin, entry.party(), typed, keys::AsBytes(grant.possession()));
    if (!proven.ok()) {
      return absl::Status(proven.code(),
                          absl::StrCat("key ", grant.name(), ": ", proven.message()));
    }
  }
  return absl::OkStatus();
}

// The summary repeats what the records say. That the checks give these records is not for here.
absl::Status CheckSummary(const v1::Report& report) {
  const v1::AssessmentSummary& summary = report.summary();
  std::uint64_t complete = 0;
  std::uint64_t partial = 0;
  for (const v1::RecordResult& record : report.records()) {
    complete += record.headline() == v1::HEADLINE_CLASS_COMPLETE ? 1 : 0;
    partial += record.headline() == v1::HEADLINE_CLASS_PARTIAL ? 1 : 0;
  }
  if (summary.complete() == complete && summary.partial() == partial) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("its summary counts ", summary.complete(), " complete and ", summary.partial(),
                   " partial records; its list has ", complete, " and ", partial));
}

}  // namespace

void ExamineKeyFile(keys::ByteView bytes, Examination& out) {
  const absl::StatusOr<keys::KeyFileHeader> header = keys::ParseKeyFileHeader(bytes);
  out.Judges(kFormId, "It is a well-formed, encrypted key file.", header.status());
  if (!header.ok()) return;
  out.Skips("key-secret", "The secret key inside is that of the public key it shows.",
            "it is encrypted under a passphrase", Weight::kBeside);
  out.Says("name", header->name);
  out.Says("type", keys::KeyTypeName(header->type));
  out.Says("fingerprint", keys::FingerprintOf(keys::AsBytes(header->typed_public_key)).Hex());
}

void ExaminePartyEntry(keys::ByteView bytes, const Trust& trust, Examination& out) {
  constexpr absl::string_view kPossession = "Whoever made it holds every key in it.";
  v1::PartyEntry entry;
  const absl::Status form = statement::ParseCanonical(bytes, entry);
  out.Judges(kFormId, "It has the one form that a party entry may have.", form);
  if (!form.ok()) return;
  out.Says("party", entry.party());
  out.Says("name", entry.name());
  out.Says("keys", absl::StrCat(entry.keys_size()));
  out.Says("SHA-256", keys::Sha256(bytes).Hex());
  if (!trust.policy.has_value() || trust.policy->logs().empty()) {
    return out.Skips("possession", kPossession, trust.why_no_policy);
  }
  absl::Status proven;
  for (const note::Policy::Log& log : trust.policy->logs()) {
    proven = CheckPossessions(entry, log.key.name());
    if (proven.ok()) break;
  }
  out.Judges("possession", kPossession, proven);
}

void ExamineReport(keys::ByteView bytes, Examination& out) {
  v1::Report report;
  absl::Status form = statement::ParseCanonical(bytes, report, kPaperLimits);
  if (form.ok()) form = completeness::CheckReportForm(report);
  out.Judges(kFormId, "It has the one form that a report may have.", form);
  if (!form.ok()) return;
  out.Judges("summary", "Its summary counts the records that it lists.", CheckSummary(report));
  out.Skips(
      "computed", "The agreed checks give this report.",
      "that takes the packages: compute it again with `cairn assess run`, and compare the two "
      "with `cairn assess compare`");
  out.Says("rule set",
           absl::StrCat(report.rule_set().id(), " version ", report.rule_set().version()));
  out.Says("handover", keys::Hex(keys::AsBytes(report.handover())));
  out.Says("leaves taken into account", absl::StrCat(report.at_size()));
  out.Says("packages", absl::StrCat(report.packages_size()));
  out.Says("records", absl::StrCat(report.records_size()));
  out.Says("SHA-256", keys::Sha256(bytes).Hex());
}

void ExamineSubmissionFile(keys::ByteView bytes, Examination& out) {
  v1::SubmitPackage body;
  const absl::Status form = statement::ParseCanonical(bytes, body);
  out.Judges(kFormId, "It has the one form that a submission may have.", form);
  if (!form.ok()) return;
  out.Skips("submitted", "The holding party has submitted it.",
            "it is what was prepared to be signed: the receipt of the submission shows it");
  out.Says("package", keys::Hex(keys::AsBytes(body.digest())));
  out.Says("records", absl::StrCat(body.record_count()));
  out.Says("supplements", absl::StrCat(body.supplement_count()));
}

void ExamineRuleSet(keys::ByteView bytes, Examination& out) {
  v1::RuleSet rules;
  const absl::Status form = statement::ParseCanonical(bytes, rules, kPaperLimits);
  out.Judges(kFormId, "It has the one form that a rule set may have.", form);
  if (!form.ok()) return;
  out.Says("rule set", absl::StrCat(rules.id(), " version ", rules.version()));
  out.Says("fields", absl::StrCat(rules.fields_size()));
  out.Says("checks", absl::StrCat(rules.checks_size()));
  out.Says("SHA-256, as charters name it", keys::Sha256(bytes).Hex());
}

}  // namespace cairn::dossier
