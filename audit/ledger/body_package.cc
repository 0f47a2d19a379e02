#include <string>

#include "absl/strings/str_cat.h"
#include "audit/ledger/bodies.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/limits.h"
#include "audit/ledger/read.h"
#include "keys/digest.h"

namespace cairn::ledger {
namespace {

constexpr char kBody[] = "submit_package";

std::string FieldOf(absl::string_view field) { return absl::StrCat(kBody, ".", field); }

Verdict CheckAuthor(Step& step, v1::PackageKind kind) {
  const v1::Charter& charter = step.charter();
  if (kind == v1::PACKAGE_KIND_RECEIVED_OUTSIDE) {
    if (HasRole(charter, step.actor(), v1::CHARTER_ROLE_RECEIVING) ||
        HasRole(charter, step.actor(), v1::CHARTER_ROLE_MEDIATOR)) {
      return std::nullopt;
    }
    return Object(v1::REFUSAL_REASON_NOT_ENTITLED, "actor",
                  "What came outside is submitted by who received it: a receiving party or a "
                  "mediator of the charter.",
                  "A holding party submits its own packages as original or supplement.");
  }
  if (HasRole(charter, step.actor(), v1::CHARTER_ROLE_HOLDING)) return std::nullopt;
  return Object(v1::REFUSAL_REASON_NOT_ENTITLED, "actor",
                absl::StrCat(Quoted(step.actor()), " is no holding party of the charter."),
                "A holding party signs its package; anybody may carry what it has signed. What "
                "came outside is submitted as RECEIVED_OUTSIDE.");
}

Verdict CheckStillOpen(Step& step, v1::PackageKind kind) {
  const auto handover = step.Get<v1::HandoverObject>(HandoverKey(step.handover()));
  if (!handover.has_value() || !handover->has_closed_at() || kind == v1::PACKAGE_KIND_SUPPLEMENT) {
    return std::nullopt;
  }
  return Object(v1::REFUSAL_REASON_WRONG_STATE, "handover",
                absl::StrCat("The handover was closed at leaf ", handover->closed_at(), "."),
                "After the end only supplements are taken; open another handover for more.");
}

Verdict CheckFiles(const v1::SubmitPackage& body) {
  if (MaybeComplaint complaint = CheckDigest(body.digest())) {
    return FieldObjection(FieldOf("digest"), *complaint);
  }
  if (MaybeComplaint complaint = CheckCount(body.size(), 1, kMaxPackageBytes)) {
    return FieldObjection(FieldOf("size"), *complaint);
  }
  if (MaybeComplaint complaint = CheckDigestOrEmpty(body.persons_digest())) {
    return FieldObjection(FieldOf("persons_digest"), *complaint);
  }
  const bool has_persons = !body.persons_digest().empty();
  if (MaybeComplaint complaint = CheckCount(body.persons_size(), has_persons ? 1 : 0,
                                            has_persons ? kMaxPackageBytes : 0)) {
    return FieldObjection(FieldOf("persons_size"), *complaint);
  }
  if (has_persons && body.persons_digest() == body.digest()) {
    return FieldObjection(FieldOf("persons_digest"), {"it is the package's own digest",
                                                      "The persons' file is a file of its own."});
  }
  if (MaybeComplaint complaint = CheckDigest(body.manifest_digest())) {
    return FieldObjection(FieldOf("manifest_digest"), *complaint);
  }
  return std::nullopt;
}

// RFC 6962, 2.1: the root of a tree without leaves is SHA-256 of nothing.
bool IsEmptyRoot(absl::string_view root) {
  return root == keys::AsText(keys::Sha256(keys::ByteView{}).View());
}

Verdict CheckCounts(const v1::SubmitPackage& body) {
  if (MaybeComplaint complaint = CheckDigest(body.record_root())) {
    return FieldObjection(FieldOf("record_root"), *complaint);
  }
  if (MaybeComplaint complaint = CheckCount(body.record_count(), 0, kMaxRecords)) {
    return FieldObjection(FieldOf("record_count"), *complaint);
  }
  if (IsEmptyRoot(body.record_root()) != (body.record_count() == 0)) {
    return FieldObjection(FieldOf("record_root"),
                          {absl::StrCat("it does not go with ", body.record_count(), " records"),
                           "Without records it is the root of the empty tree, else it is not."});
  }
  const std::pair<const char*, std::uint64_t> counts[] = {
      {"supplement_count", body.supplement_count()},
      {"attachment_count", body.attachment_count()},
      {"attachment_bytes", body.attachment_bytes()},
      {"page_count", body.page_count()}};
  for (const auto& [name, count] : counts) {
    if (MaybeComplaint complaint = CheckCount(count, 0, kMaxCount)) {
      return FieldObjection(FieldOf(name), *complaint);
    }
  }
  return std::nullopt;
}

// What a package of this kind must contain, and must not.
MaybeComplaint CheckContents(const v1::SubmitPackage& body) {
  const bool is_supplement = body.kind() == v1::PACKAGE_KIND_SUPPLEMENT;
  if (is_supplement == body.supplements().empty() ||
      (!is_supplement && body.supplement_count() > 0)) {
    return Complaint{"what it supplements does not go with its kind",
                     "A supplement names the packages that it supplements; no other kind does or "
                     "has field supplements."};
  }
  switch (body.kind()) {
    case v1::PACKAGE_KIND_ORIGINAL:
      if (body.record_count() > 0) return std::nullopt;
      return Complaint{"an original has no record", "Submit scans alone as SCANS_ONLY."};
    case v1::PACKAGE_KIND_SCANS_ONLY:
      if (body.record_count() == 0 && body.attachment_count() > 0) return std::nullopt;
      return Complaint{"a package of scans has records, or no attachment",
                       "It has attachments and no record; with records it is an original."};
    default:
      if (body.record_count() + body.supplement_count() + body.attachment_count() > 0) {
        return std::nullopt;
      }
      return Complaint{"the package has nothing inside",
                       "It has at least one record, field supplement or attachment."};
  }
}

Verdict CheckRows(Step& step, const v1::SubmitPackage& body) {
  const std::size_t least = body.kind() == v1::PACKAGE_KIND_SUPPLEMENT ? 0 : 1;
  if (MaybeComplaint complaint =
          CheckCount(static_cast<std::uint64_t>(body.rows_size()), least, kMaxRows)) {
    return FieldObjection(FieldOf("rows"), *complaint);
  }
  RowOrder order(step.charter());
  for (int i = 0; i < body.rows_size(); ++i) {
    const v1::SubmissionRow& row = body.rows(i);
    const auto path = [i](absl::string_view field) {
      return absl::StrCat(kBody, ".rows[", i, "]", field);
    };
    if (MaybeComplaint complaint = order.Next(row.area(), row.source())) {
      return FieldObjection(path(""), *complaint);
    }
    if (MaybeComplaint complaint = CheckCount(row.documents(), 0, kMaxCount)) {
      return FieldObjection(path(".documents"), *complaint);
    }
    if (MaybeComplaint complaint = CheckMines(row.mines())) {
      return FieldObjection(path(".mines"), *complaint);
    }
    if (MaybeComplaint complaint = CheckChosen(row.continuation())) {
      return FieldObjection(path(".continuation"), *complaint);
    }
  }
  return std::nullopt;
}

Verdict CheckSupplements(Step& step, const v1::SubmitPackage& body) {
  if (MaybeComplaint complaint = CheckAscendingDigests(body.supplements(), 0, kMaxPackagesNamed)) {
    return FieldObjection(FieldOf("supplements"), *complaint);
  }
  for (int i = 0; i < body.supplements_size(); ++i) {
    v1::PackageObject package;
    if (Verdict no = FindPackage(step, body.supplements(i),
                                 absl::StrCat(kBody, ".supplements[", i, "]"), package)) {
      return no;
    }
  }
  return std::nullopt;
}

MaybeComplaint CheckReceivedOutside(const v1::SubmitPackage& body) {
  const bool is_outside = body.kind() == v1::PACKAGE_KIND_RECEIVED_OUTSIDE;
  if (is_outside != body.has_received_outside()) {
    return Complaint{"it does not go with the kind of the package",
                     "Say when and how it came exactly for RECEIVED_OUTSIDE."};
  }
  if (is_outside && body.received_outside().channel() == v1::CHANNEL_UNSPECIFIED) {
    return Complaint{"it does not say how the package came", "Choose a channel."};
  }
  return std::nullopt;
}

Verdict CheckRest(const v1::SubmitPackage& body) {
  if (MaybeComplaint complaint = CheckReceivedOutside(body)) {
    return FieldObjection(FieldOf("received_outside"), *complaint);
  }
  if (body.has_membership()) {
    if (MaybeComplaint complaint = CheckAnnex(body.membership())) {
      return FieldObjection(FieldOf("membership"), *complaint);
    }
  }
  if (!body.escrowed()) return std::nullopt;
  return Object(v1::REFUSAL_REASON_NOT_IMPLEMENTED, FieldOf("escrowed"),
                "Fold version 1 of this program knows no escrow.",
                "Seal the package to the recipients of the charter alone.");
}

}  // namespace

Verdict FindPackage(Step& step, absl::string_view digest, const std::string& path,
                    v1::PackageObject& package) {
  if (MaybeComplaint complaint = CheckDigest(digest)) return FieldObjection(path, *complaint);
  auto found = step.Get<v1::PackageObject>(PackageKey(step.handover(), keys::AsBytes(digest)));
  if (!found.has_value()) {
    return Object(v1::REFUSAL_REASON_UNKNOWN_REFERENCE, path,
                  absl::StrCat("No package ", Short(digest), " was submitted in this handover."),
                  "Give the digest of the sealed file as the submission names it.");
  }
  package = *std::move(found);
  return std::nullopt;
}

Verdict FoldSubmitPackage(Step& step) {
  const v1::SubmitPackage& body = step.statement().submit_package();
  if (MaybeComplaint complaint = CheckChosen(body.kind())) {
    return FieldObjection(FieldOf("kind"), *complaint);
  }
  if (Verdict no = CheckAuthor(step, body.kind())) return no;
  if (Verdict no = CheckStillOpen(step, body.kind())) return no;
  if (Verdict no = CheckFiles(body)) return no;
  const std::string key = PackageKey(step.handover(), keys::AsBytes(body.digest()));
  if (const auto before = step.Get<v1::PackageObject>(key)) {
    return Object(v1::REFUSAL_REASON_WRONG_STATE, FieldOf("digest"),
                  absl::StrCat("This package was submitted at leaf ", before->leaf(), "."),
                  "Nothing is left to do; another package has another digest.");
  }
  if (Verdict no = CheckCounts(body)) return no;
  if (MaybeComplaint complaint = CheckContents(body)) {
    return FieldObjection(FieldOf("kind"), *complaint);
  }
  if (Verdict no = CheckRows(step, body)) return no;
  if (Verdict no = CheckSupplements(step, body)) return no;
  if (Verdict no = CheckRest(body)) return no;

  v1::PackageObject package;
  package.set_statement(step.id());
  package.set_author(step.actor());
  package.set_leaf(step.leaf());
  *package.mutable_submission() = body;
  step.Put(key, package);
  return std::nullopt;
}

}  // namespace cairn::ledger
