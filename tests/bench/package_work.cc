#include "tests/bench/package_work.h"

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/completeness/engine.h"
#include "audit/completeness/record_assessment.h"
#include "audit/completeness/testing.h"
#include "audit/merkle/frontier.h"
#include "audit/record/commitment.h"
#include "audit/record/package_reader.h"
#include "audit/record/package_writer.h"
#include "audit/record/records_csv.h"
#include "keys/digest.h"
#include "tests/bench/rows.h"
#include "tests/testing/small_log.h"

namespace cairn::bench {
namespace {

using testing::OrDie;

constexpr std::uint64_t kRecords = 10'000;
constexpr double kGridMetres = 300;  // Between one field and the next: none lies on another.
constexpr std::uint64_t kAcross = 100;

void PackageMust(bool good) {
  if (!good) std::abort();
}

v1::MinefieldRecord RecordAt(std::uint64_t index) {
  v1::MinefieldRecord record = completeness::testing::CompleteRecord();
  record.mutable_identity()->set_row(absl::StrCat("A-", index));
  completeness::testing::SetText(*record.mutable_identity()->mutable_record_number(),
                                 absl::StrCat(index + 1));
  completeness::testing::Move(record, static_cast<double>(index / kAcross) * kGridMetres,
                              static_cast<double>(index % kAcross) * kGridMetres);
  record.mutable_identity()->clear_attachments();  // Scans are carried, not checked, here.
  v1::PersonsGroup& persons = *record.mutable_persons();
  for (v1::Text* name : {persons.mutable_commander(), persons.mutable_recorder(),
                         persons.mutable_accepted_by(), persons.mutable_transcribed_by()}) {
    completeness::testing::SetText(*name, "A. Officer");
  }
  return record;
}

// The package, and what its stages start from.
struct Material {
  keys::Bytes tar;
  std::vector<v1::MinefieldRecord> records;
  std::vector<std::pair<std::string, std::vector<std::string>>> packed;  // Whole, and its groups.
  std::vector<record::GroupDigests> digests;
  keys::SigningPrivateKey holder = testing::KeyFromName("holder");
};

Material Build() {
  Material made;
  const keys::Digest seed_bytes = keys::Sha256(keys::AsBytes("package seed"));
  const keys::SecretBytes seed = keys::SecretBytes::CopyOf(seed_bytes.View());
  record::PackagePlan plan;
  plan.log_origin = "bench.example.org/log";
  plan.handover = std::string(32, 'h');
  plan.holder = "holding";
  plan.exercise = RecordAt(0).identity().exercise();
  plan.record_count = kRecords;
  plan.record = [](std::uint64_t index) { return RecordAt(index); };
  plan.recipients = {"age1a"};
  OrDie(record::WritePackage(plan, {seed, made.holder}, [&](keys::ByteView bytes) {
    keys::AppendBytes(made.tar, bytes);
    return absl::OkStatus();
  }));
  for (std::uint64_t i = 0; i < kRecords; ++i) {
    const record::PackedPair pair =
        OrDie(record::PackRecord(seed, static_cast<std::uint32_t>(i), RecordAt(i)));
    record::UnpackedRecord unpacked =
        OrDie(record::UnpackRecord(pair.main, record::PackageFile::kMain));
    made.packed.emplace_back(pair.main.SerializeAsString(), std::vector<std::string>());
    for (const v1::Group& group : pair.main.groups()) {
      made.packed.back().second.push_back(group.bytes());
    }
    made.digests.push_back(unpacked.digests);
    made.records.push_back(std::move(unpacked.record));
  }
  return made;
}

// A package that is read anew, with all its checks, each time somebody asks for its records.
class TarContent final : public completeness::PackageContent {
 public:
  explicit TarContent(const keys::Bytes& tar) : tar_(tar) {}
  absl::Status ForEachRecord(
      absl::FunctionRef<absl::Status(const completeness::PackageRecord&)> visit) const override {
    record::PackageCallbacks callbacks;
    callbacks.header = [this](const v1::PackageHeader& header) {
      header_ = header;
      return absl::OkStatus();
    };
    callbacks.record = [visit](std::uint64_t index, const record::UnpackedRecord& one) {
      return visit({.index = index,
                    .commitment = record::RecordCommitment(one.digests).digest,
                    .record = &one.record});
    };
    return Read(callbacks);
  }
  absl::Status ForEachSupplement(
      absl::FunctionRef<absl::Status(const v1::Supplement&)>) const override {
    return absl::OkStatus();  // None in this package, as its submission says.
  }
  absl::Status Read(const record::PackageCallbacks& callbacks) const {
    return record::ReadPackage(keys::SourceOf(keys::AsBytes(tar_)), record::PackageFile::kMain, {},
                               callbacks)
        .status();
  }

 private:
  const keys::Bytes& tar_;
  mutable v1::PackageHeader header_;
};

// What a broker or an assessor does with an opened package: records a second.
double WholeWay(const Material& material, const v1::HandoverFacts& facts,
                const keys::Digest& digest) {
  const double start = Seconds();
  const TarContent content(material.tar);
  const completeness::AssessedInput input{digest, &content};
  completeness::AssessInputs inputs;
  inputs.rules = &completeness::testing::ApiiRules();
  inputs.facts = &facts;
  inputs.log_origin = "bench.example.org/log";
  inputs.packages = {&input, 1};
  const v1::Report report = OrDie(completeness::Assess(inputs));
  PackageMust(report.records_size() == static_cast<int>(kRecords));
  PackageMust(!OrDie(completeness::ReportBytes(report)).empty());
  return kRecords / (Seconds() - start);
}

// --- The stages, each alone over what the one before gives ---------------------------------------

double HashSeconds(const Material& material) {
  const double start = Seconds();
  (void)keys::Sha256(keys::AsBytes(material.tar));
  return Seconds() - start;
}

template <typename Group>
void ParseGroup(const std::string& bytes) {
  Group group;
  PackageMust(group.ParseFromString(bytes));
}

double ParseSeconds(const Material& material) {
  const double start = Seconds();
  for (const auto& [whole, groups] : material.packed) {
    v1::PackedRecord packed;
    PackageMust(packed.ParseFromString(whole));
    ParseGroup<v1::IdentityGroup>(groups[0]);
    ParseGroup<v1::WhereGroup>(groups[1]);
    ParseGroup<v1::WhatGroup>(groups[2]);
    ParseGroup<v1::LayoutGroup>(groups[3]);
    ParseGroup<v1::LayingGroup>(groups[4]);
    ParseGroup<v1::MarkingGroup>(groups[5]);
  }
  return Seconds() - start;
}

double CsvSeconds(const Material& material) {
  const double start = Seconds();
  std::string text;
  for (std::size_t i = 0; i < material.records.size(); ++i) {
    text.clear();
    record::AppendRecordCsv(i, material.records[i], record::PackageFile::kMain, text);
  }
  return Seconds() - start;
}

// Checks and projection: every coordinate of a record is projected where a check asks for it.
double CheckSeconds(const Material& material) {
  const double start = Seconds();
  completeness::RecordContext context;
  context.log_day = completeness::testing::kLogDay;
  for (const v1::MinefieldRecord& record : material.records) {
    (void)completeness::AssessRecord(record, completeness::testing::ApiiRules(), context);
  }
  return Seconds() - start;
}

double CommitSeconds(const Material& material) {
  const double start = Seconds();
  merkle::Frontier frontier;
  const keys::Digest salt{};
  for (std::size_t i = 0; i < material.digests.size(); ++i) {
    for (std::size_t g = 0; g < material.packed[i].second.size(); ++g) {
      (void)record::GroupDigest(static_cast<int>(g) + 1, salt,
                                keys::AsBytes(material.packed[i].second[g]));
    }
    frontier.Append(record::RecordCommitment(material.digests[i]));
  }
  (void)frontier.Root();
  return Seconds() - start;
}

}  // namespace

void MeasurePackage(int rounds) {
  const Material material = Build();
  const keys::Digest digest = keys::Sha256(keys::AsBytes(material.tar));
  v1::PackageHeader header;
  header.set_handover(std::string(32, 'h'));
  header.set_holder("holding");
  header.set_exercise(material.records[0].identity().exercise());
  header.set_record_count(kRecords);
  const v1::HandoverFacts facts = completeness::FactsForOnePackage(
      completeness::testing::ApiiRules(), digest, header,
      static_cast<std::uint64_t>(completeness::testing::kLogDay) * 86'400'000);
  std::vector<double> whole, raw, hash, parse, csv, check, commit, times;
  for (int round = 0; round < rounds; ++round) {
    hash.push_back(HashSeconds(material));
    parse.push_back(ParseSeconds(material));
    csv.push_back(CsvSeconds(material));
    check.push_back(CheckSeconds(material));
    commit.push_back(CommitSeconds(material));
    const double sum = hash.back() + parse.back() + csv.back() + check.back() + commit.back();
    raw.push_back(kRecords / sum);
    whole.push_back(WholeWay(material, facts, digest));
    times.push_back(raw.back() / whole.back());
  }
  const auto us = [](const std::vector<double>& seconds) {
    return absl::StrCat(static_cast<int>(Median(seconds) * 1e6 / kRecords));
  };
  PrintTimes("package of 10,000 records, taken in", Median(whole), Median(raw), Median(times), 1.5,
             absl::StrCat("raw us a record: hash ", us(hash), ", parse ", us(parse), ", csv ",
                          us(csv), ", check and project ", us(check), ", commit ", us(commit)));
}

}  // namespace cairn::bench
