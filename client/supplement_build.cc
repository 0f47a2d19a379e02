#include "client/supplement_build.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/record/supplement.h"
#include "client/package_contents.h"

namespace cairn::client {
namespace {

// The records that rows name, by package digest and row key.
using RecordsByRow = std::map<std::pair<keys::Bytes, std::string>, record::SuppliedRecord>;

absl::Status AtRow(const record::SupplementRow& row, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("supplements.csv:", row.line, ": ", what));
}

absl::StatusOr<SealedContent> OpenSubmitted(Context& context, Unsealer& unsealer,
                                            const Submitted& package) {
  absl::StatusOr<PackageFolder> folder = FetchPackage(context, package, /*persons=*/false);
  if (!folder.ok()) return folder.status();
  absl::StatusOr<OpeningTerms> terms = FetchTerms(context, package);
  if (!terms.ok()) return terms.status();
  return SealedContent(unsealer, *std::move(folder), package, *std::move(terms));
}

// Takes from one package the records that rows name.
absl::Status TakeRecords(const SealedContent& content, const std::set<std::string>& wanted,
                         RecordsByRow& records) {
  const keys::Digest& digest = content.package().digest;
  return content.ForEachRecord([&](const completeness::PackageRecord& one) {
    const std::string& row = one.record->identity().row();
    if (wanted.count(row) > 0) {
      records.insert({{digest.ToBytes(), row},
                      {.package = digest,
                       .index = one.index,
                       .commitment = {one.commitment},
                       .record = *one.record}});
    }
    return absl::OkStatus();
  });
}

// What an earlier supplement has done to the records; what was not taken up has done nothing.
absl::Status ApplyEarlier(const SealedContent& content, RecordsByRow& records) {
  return content.ForEachSupplement([&](const v1::Supplement& supplement) {
    for (auto& [place, supplied] : records) {
      if (place.first != supplement.package() || supplied.index != supplement.record_index()) {
        continue;
      }
      supplied.record = record::ApplySupplements(supplied, {&supplement, 1}).record;
    }
    return absl::OkStatus();
  });
}

bool Supplements(const Submitted& package, const keys::Bytes& digest) {
  const auto& named = package.submission.supplements();
  return std::find(named.begin(), named.end(), digest) != named.end();
}

absl::StatusOr<RecordsByRow> RecordsAsTheyCount(Context& context, const keys::Bytes& handover,
                                                const std::vector<record::SupplementRow>& rows) {
  std::map<keys::Bytes, std::set<std::string>> wanted;
  for (const record::SupplementRow& row : rows) wanted[row.package.ToBytes()].insert(row.row);
  absl::StatusOr<std::vector<Submitted>> packages = ListSubmitted(context, handover);
  if (!packages.ok()) return packages.status();
  Unsealer unsealer(context);
  RecordsByRow records;
  // Leaf order: a package comes before whatever supplements it.
  for (const Submitted& package : *packages) {
    const keys::Bytes digest = package.digest.ToBytes();
    const auto of_package = wanted.find(digest);
    const bool earlier = std::any_of(wanted.begin(), wanted.end(), [&](const auto& one) {
      return Supplements(package, one.first);
    });
    if (of_package == wanted.end() && !earlier) continue;
    absl::StatusOr<SealedContent> content = OpenSubmitted(context, unsealer, package);
    if (!content.ok()) return content.status();
    absl::Status read;
    if (of_package != wanted.end()) read = TakeRecords(*content, of_package->second, records);
    if (read.ok() && earlier) read = ApplyEarlier(*content, records);
    if (!read.ok()) return read;
  }
  return records;
}

}  // namespace

absl::StatusOr<std::vector<v1::Supplement>> BuildSupplements(
    Context& context, const keys::Bytes& handover, const std::vector<record::SupplementRow>& rows,
    const record::AliasTable& aliases) {
  absl::StatusOr<RecordsByRow> records = RecordsAsTheyCount(context, handover, rows);
  if (!records.ok()) return records.status();
  std::vector<v1::Supplement> supplements;
  for (const record::SupplementRow& row : rows) {
    const auto found = records->find({row.package.ToBytes(), row.row});
    if (found == records->end()) {
      return AtRow(row, absl::StrCat("no package of this handover with digest ",
                                     row.package.Hex().substr(0, 16), "... has a record with key ",
                                     row.row));
    }
    absl::StatusOr<v1::Supplement> made = record::BuildSupplement(row, found->second, aliases);
    if (!made.ok()) return made.status();
    found->second.record = record::ApplySupplements(found->second, {&*made, 1}).record;
    supplements.push_back(*std::move(made));
  }
  return supplements;
}

}  // namespace cairn::client
