#include "client/package_build.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/record/package_writer.h"
#include "audit/record/path.h"
#include "audit/record/transcription.h"
#include "cairn/v1/broker.pb.h"
#include "cairn/v1/state.pb.h"
#include "client/commands/handover_id.h"
#include "client/content_file.h"
#include "client/package_survey.h"
#include "client/rule_file.h"
#include "client/supplement_build.h"
#include "client/unsealing.h"
#include "keys/secret.h"

namespace cairn::client {
namespace {

using record::PackageFile;

absl::StatusOr<int> PlaceInCharter(const v1::Charter& charter, const v1::SubmissionTotals& row) {
  int area = 0, source = 0;
  while (area < charter.areas_size() && charter.areas(area).area() != row.area()) ++area;
  while (source < charter.sources_size() && charter.sources(source).source() != row.source()) {
    ++source;
  }
  if (area < charter.areas_size() && source < charter.sources_size()) {
    return area * charter.sources_size() + source;
  }
  return absl::InvalidArgumentError(absl::StrCat("totals.csv: the charter has no area ", row.area(),
                                                 " with source ", row.source()));
}

// In the order of the charter, as the submission must have them.
absl::StatusOr<std::vector<v1::SubmissionTotals>> OrderedTotals(
    const v1::Charter& charter, const std::vector<v1::SubmissionTotals>& totals) {
  std::vector<std::pair<int, const v1::SubmissionTotals*>> placed;
  for (const v1::SubmissionTotals& row : totals) {
    const absl::StatusOr<int> place = PlaceInCharter(charter, row);
    if (!place.ok()) return place.status();
    placed.emplace_back(*place, &row);
  }
  std::sort(placed.begin(), placed.end());
  std::vector<v1::SubmissionTotals> ordered;
  ordered.reserve(placed.size());
  for (const auto& [place, row] : placed) ordered.push_back(*row);
  return ordered;
}

absl::Status CheckRules(const completeness::Rules& rules, const v1::Charter& charter) {
  if (rules.ref().digest() == charter.rule_set().digest()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the rule set given is ", rules.ref().id(), " version ", rules.ref().version(),
                   " with another digest than the charter's ", charter.rule_set().id(), " version ",
                   charter.rule_set().version()));
}

absl::Status CheckScansFolder(const BuildOrder& order) {
  if (order.scans.empty()) return absl::OkStatus();
  namespace fs = std::filesystem;
  std::error_code inside, beside;
  if (fs::equivalent(order.scans, fs::path(order.first) / "scans", inside) ||
      fs::equivalent(order.scans, fs::absolute(order.first) / ".." / "scans", beside)) {
    return absl::OkStatus();
  }
  return UsageError(absl::StrCat("--scans is the folder scans/ in ", order.first,
                                 " or beside it; not ", order.scans));
}

// Everything that is decided before the first byte is sealed.
struct Prepared {
  record::PackagePlan plan;
  std::vector<keys::SealingPublicKey> main_recipients;
  std::vector<keys::SealingPublicKey> persons_recipients;
  bool persons_file = false;
  std::uint64_t pages = 0;
  std::vector<std::string> remarks;
};

bool HasPersonsContent(const Survey& survey, const record::PackagePlan& plan) {
  return survey.has_persons ||
         std::any_of(plan.scans.begin(), plan.scans.end(),
                     [](const record::Scan& scan) { return scan.in_persons_file; }) ||
         std::any_of(plan.supplements.begin(), plan.supplements.end(),
                     [](const v1::Supplement& one) {
                       return record::GroupOfPath(one.field()) == record::kPersonsGroup;
                     });
}

absl::Status PrepareRecipients(const v1::Charter& charter, Prepared& prepared) {
  auto main = RecipientsOf(charter, PackageFile::kMain);
  if (!main.ok()) return main.status();
  prepared.main_recipients = *std::move(main);
  if (!prepared.persons_file) return absl::OkStatus();
  auto persons = RecipientsOf(charter, PackageFile::kPersons);
  if (!persons.ok()) return persons.status();
  prepared.persons_recipients = *std::move(persons);
  if (!prepared.persons_recipients.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "there are persons or unmasked scans, and the charter names nobody who may get the persons' "
      "file; leave persons.csv and these scans out, or amend the charter");
}

absl::StatusOr<Prepared> Prepare(Context& context, const BuildOrder& order,
                                 const v1::Charter& charter, record::TranscriptionReader& reader) {
  const absl::StatusOr<Profile> profile = context.GetProfile();
  if (!profile.ok()) return profile.status();
  absl::StatusOr<Survey> survey = SurveyRecords(reader, charter.exercise(), "the charter");
  if (!survey.ok()) return survey.status();
  Prepared prepared;
  const absl::Status fits = CheckBuildable(order.kind, reader.first(), *survey, prepared.remarks);
  if (!fits.ok()) return fits;
  auto totals = OrderedTotals(charter, reader.first().totals());
  if (!totals.ok()) return totals.status();
  record::PackagePlan& plan = prepared.plan;
  plan.log_origin = profile->log_origin;
  plan.handover = order.handover;
  plan.holder = profile->party;
  plan.exercise = charter.exercise();
  plan.totals = *std::move(totals);
  plan.record_count = reader.first().record_count();
  plan.record = [&reader](std::uint64_t index) { return reader.Read(index); };
  plan.scans = reader.first().scans();
  if (!reader.first().supplements().empty()) {
    auto supplements = BuildSupplements(context, order.handover, reader.first().supplements(),
                                        reader.first().aliases());
    if (!supplements.ok()) return supplements.status();
    plan.supplements = *std::move(supplements);
  }
  for (const auto& [file, pages] : survey->pages) prepared.pages += pages;
  if (plan.record_count == 0) prepared.pages = plan.scans.size();
  prepared.persons_file = HasPersonsContent(*survey, plan);
  if (absl::Status named = PrepareRecipients(charter, prepared); !named.ok()) return named;
  return prepared;
}

absl::StatusOr<record::SealedPackage> SealInto(
    const std::string& path,
    const std::function<absl::StatusOr<record::SealedPackage>(const keys::Sink& sink)>& seal) {
  absl::StatusOr<NewFile> file = NewFile::Create(path);
  if (!file.ok()) return file.status();
  absl::StatusOr<record::SealedPackage> sealed =
      seal([&file](keys::ByteView bytes) { return file->Append(bytes); });
  if (!sealed.ok()) {
    unlink((path + ".part").c_str());
    return sealed;
  }
  if (absl::Status finished = file->Finish(); !finished.ok()) return finished;
  return sealed;
}

v1::SubmitPackage SubmissionOf(const BuildOrder& order, const Prepared& prepared,
                               const record::SealedPackage& main) {
  v1::SubmitPackage submission;
  submission.set_kind(order.kind);
  submission.set_digest(main.digest.ToBytes());
  submission.set_size(main.size);
  submission.set_record_root(main.built.record_root.digest.ToBytes());
  submission.set_record_count(main.built.record_count);
  submission.set_supplement_count(prepared.plan.supplements.size());
  submission.set_attachment_count(prepared.plan.scans.size());
  std::uint64_t bytes = 0;
  for (const record::Scan& scan : prepared.plan.scans) bytes += scan.size;
  submission.set_attachment_bytes(bytes);
  submission.set_page_count(prepared.pages);
  submission.set_manifest_digest(main.built.manifest.ToBytes());
  for (const v1::SubmissionTotals& totals : prepared.plan.totals) {
    v1::SubmissionRow& row = *submission.add_rows();
    row.set_area(totals.area());
    row.set_source(totals.source());
    row.set_documents(totals.documents());
    *row.mutable_mines() = totals.mines();
    row.set_continuation(v1::CONTINUATION_MORE_FOLLOWS);
  }
  std::set<keys::Bytes> named;
  for (const v1::Supplement& one : prepared.plan.supplements) named.insert(one.package());
  for (const keys::Bytes& digest : named) submission.add_supplements(digest);
  if (order.received_outside.has_value()) {
    *submission.mutable_received_outside() = *order.received_outside;
  }
  return submission;
}

// The seed before the submission: nobody can sign for a package whose seed is not kept.
absl::Status KeepMade(Context& context, const Prepared& prepared, const keys::SecretBytes& seed,
                      const PackageMade& made) {
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  const PackageFolder kept = PackageFolder::Of(*home, made.digest);
  absl::Status status = MakeFolder(kept.folder());
  if (status.ok()) status = WriteRecipients(kept.Recipients(), prepared.main_recipients);
  if (status.ok() && prepared.persons_file) {
    status = WriteRecipients(kept.PersonsRecipients(), prepared.persons_recipients);
  }
  if (status.ok()) status = KeepSeed(context, kept.Seed(), seed);
  if (status.ok()) status = WriteSubmission(made.out, made.submission);
  return status;
}

}  // namespace

absl::StatusOr<std::vector<keys::SealingPublicKey>> RecipientsOf(const v1::Charter& charter,
                                                                 PackageFile file) {
  std::map<std::string, keys::SealingPublicKey> by_text;
  for (const v1::Recipient& recipient : charter.recipients()) {
    const auto& given = file == PackageFile::kMain ? recipient.keys() : recipient.persons_keys();
    for (const std::string& typed : given) {
      absl::StatusOr<keys::SealingPublicKey> key =
          keys::SealingPublicKey::FromTypedBytes(keys::AsBytes(typed));
      if (!key.ok()) {
        return absl::InvalidArgumentError(
            absl::StrCat("a key of recipient ", recipient.party(), ": ", key.status().message()));
      }
      by_text.emplace(key->Recipient(), *key);
    }
  }
  std::vector<keys::SealingPublicKey> recipients;
  recipients.reserve(by_text.size());
  for (const auto& [text, key] : by_text) recipients.push_back(key);
  return recipients;
}

absl::StatusOr<PackageMade> BuildPackage(Context& context, const BuildOrder& order) {
  absl::StatusOr<v1::GetHandoverResponse> shown = FetchHandover(context, order.handover);
  if (!shown.ok()) return shown.status();
  const v1::Charter& charter = shown->state().charter().charter();
  absl::StatusOr<completeness::Rules> rules = LoadRules(order.rules);
  if (!rules.ok()) return rules.status();
  if (absl::Status same = CheckRules(*rules, charter); !same.ok()) return same;
  if (absl::Status found = CheckScansFolder(order); !found.ok()) return found;
  absl::StatusOr<record::TranscriptionReader> reader = record::TranscriptionReader::Open(
      order.first, order.second.empty() ? nullptr : &order.second, rules->aliases());
  if (!reader.ok()) return reader.status();
  absl::StatusOr<Prepared> prepared = Prepare(context, order, charter, *reader);
  if (!prepared.ok()) return prepared.status();
  absl::StatusOr<keys::SigningPrivateKey> signing =
      context.LoadSigningKey(context.options.signing_key);
  if (!signing.ok()) return signing.status();

  PackageMade made{.digest = {},
                   .submission = {},
                   .out = PackageFolder(order.out),
                   .recipients = prepared->main_recipients.size(),
                   .remarks = prepared->remarks};
  if (absl::Status folder = MakeFolder(order.out); !folder.ok()) return folder;
  const keys::SecretBytes seed = keys::RandomSecret(record::kPackageSeedSize);
  const record::PackageKeys keys{seed, *signing};
  absl::StatusOr<record::SealedPackage> main =
      SealInto(made.out.Main(), [&](const keys::Sink& sink) {
        return record::SealPackage(prepared->plan, keys, prepared->main_recipients, sink);
      });
  if (!main.ok()) return main.status();
  made.digest = main->digest;
  made.submission = SubmissionOf(order, *prepared, *main);
  if (prepared->persons_file) {
    absl::StatusOr<record::SealedPackage> persons =
        SealInto(made.out.Persons(), [&](const keys::Sink& sink) {
          return record::SealPersonsFile(prepared->plan, keys, main->built.manifest,
                                         prepared->persons_recipients, sink);
        });
    if (!persons.ok()) return persons.status();
    made.submission.set_persons_digest(persons->digest.ToBytes());
    made.submission.set_persons_size(persons->size);
  }
  if (absl::Status kept = KeepMade(context, *prepared, seed, made); !kept.ok()) return kept;
  return made;
}

}  // namespace cairn::client
