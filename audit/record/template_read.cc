// One record out of the tables of an open template.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "audit/record/path.h"
#include "audit/record/plain_value.h"
#include "audit/record/shape.h"
#include "audit/record/template.h"
#include "audit/record/template_state.h"
#include "audit/record/text.h"

namespace cairn::record {
namespace {

using google::protobuf::Message;

constexpr std::uint64_t kMostPages = 10'000;
constexpr std::uint64_t kPerMille = 1000;

constexpr std::array<absl::string_view, 5> kRoles = {"scan", "sketch", "transcript", "translation",
                                                     "photo"};

absl::StatusOr<v1::Presence> ParseLegible(absl::string_view text) {
  const std::string word = WordKey(text);
  if (word == "yes") return v1::PRESENCE_VALUE;
  if (word == "no") return v1::PRESENCE_ILLEGIBLE;
  if (word == "not looked") return v1::PRESENCE_NOT_TRANSCRIBED;
  return absl::InvalidArgumentError("expected yes, no or not looked");
}

// The error of the first of some results that failed, at its column.
template <typename Result>
absl::Status AtColumn(const CsvReader& file, const CsvRow& row, absl::string_view column,
                      const Result& result) {
  if (result.ok()) return absl::OkStatus();
  return CellError(file.name(), row.at.line, column, result.status().message());
}

absl::Status FillAttachment(const PlainTable& table, const CsvRow& row, v1::AttachmentUse& use) {
  const CsvReader& file = table.table.file();
  const std::string role = WordKey(table.Cell(row, 2));
  if (std::find(kRoles.begin(), kRoles.end(), role) == kRoles.end()) {
    return CellError(file.name(), row.at.line, "role",
                     "expected scan, sketch, transcript, translation or photo");
  }
  use.set_role(role);
  const absl::StatusOr<std::uint64_t> pages = ParseWholeNumber(table.Cell(row, 3), kMostPages);
  const absl::StatusOr<bool> both = ParseYesNo(table.Cell(row, 4));
  const absl::StatusOr<v1::Presence> legible = ParseLegible(table.Cell(row, 5));
  const absl::StatusOr<std::optional<std::uint64_t>> dpi =
      ParseStatedNumber(table.Cell(row, 6), 100'000);
  const absl::StatusOr<bool> persons = ParseYesNo(table.Cell(row, 7));
  for (const absl::Status& status :
       {AtColumn(file, row, "pages", pages), AtColumn(file, row, "both_sides", both),
        AtColumn(file, row, "legible", legible), AtColumn(file, row, "dpi", dpi),
        AtColumn(file, row, "in_persons_file", persons)}) {
    if (!status.ok()) return status;
  }
  if (*pages == 0) return CellError(file.name(), row.at.line, "pages", "at least one page");
  use.set_pages(static_cast<std::uint32_t>(*pages));
  use.set_both_sides(*both);
  use.set_legible(*legible);
  use.set_dpi(static_cast<std::uint32_t>(dpi->value_or(0)));
  use.set_in_persons_file(*persons);
  return absl::OkStatus();
}

absl::Status FillRegion(const PlainTable& table, const CsvRow& row, v1::ScanRegion& region) {
  const CsvReader& file = table.table.file();
  std::array<std::uint64_t, 5> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const absl::StatusOr<std::uint64_t> number =
        ParseWholeNumber(table.Cell(row, 3 + i), i == 0 ? kMostPages : kPerMille);
    absl::Status status = AtColumn(file, row, kRegionColumns[3 + i], number);
    if (!status.ok()) return status;
    numbers[i] = *number;
  }
  if (numbers[0] == 0) return CellError(file.name(), row.at.line, "page", "pages count from 1");
  if (numbers[1] + numbers[3] > kPerMille || numbers[2] + numbers[4] > kPerMille) {
    return CellError(file.name(), row.at.line, "width", "the region leaves the page");
  }
  region.set_page(static_cast<std::uint32_t>(numbers[0]));
  region.set_left(static_cast<std::uint32_t>(numbers[1]));
  region.set_top(static_cast<std::uint32_t>(numbers[2]));
  region.set_width(static_cast<std::uint32_t>(numbers[3]));
  region.set_height(static_cast<std::uint32_t>(numbers[4]));
  return absl::OkStatus();
}

}  // namespace

absl::Status TemplateReader::State::ReadRecordRow(std::uint32_t at, v1::MinefieldRecord& record) {
  records->Seek(places[at]);
  CsvRow row;
  absl::StatusOr<bool> more = records->Next(row);
  if (!more.ok()) return more.status();
  if (!*more) return absl::AbortedError("records.csv: the file changed while it was read");
  // No column of records.csv is a position, so no coordinate system is needed yet.
  return records_plan.Fill(*records, row, {aliases, ""}, record);
}

absl::Status TemplateReader::State::ReadLists(std::uint32_t at, const FieldContext& context,
                                              v1::MinefieldRecord& record) {
  std::size_t which = 0;
  for (const ListTable& list : ListTables()) {
    std::optional<ChildTable>& child = lists[which++];
    if (!child.has_value()) continue;
    const auto* group_field = record.GetDescriptor()->FindFieldByNumber(list.group);
    Message& group = *record.GetReflection()->MutableMessage(&record, group_field);
    const auto* entries = group.GetDescriptor()->FindFieldByNumber(list.list);
    absl::Status status = child->table.ForEachRow(at, [&](const CsvRow& row) {
      Message& entry = *group.GetReflection()->AddMessage(&group, entries);
      return child->plan.Fill(child->table.file(), row, context, entry);
    });
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status TemplateReader::State::ReadRowMines(std::uint32_t at, const FieldContext& context,
                                                 v1::MinefieldRecord& record) {
  if (!row_mines.has_value()) return absl::OkStatus();
  return row_mines->table.ForEachRow(at, [&](const CsvRow& row) {
    const absl::string_view id = TrimText(row.cells[row_mines->plan.Leading(1)]);
    for (v1::Row& mine_row : *record.mutable_layout()->mutable_rows()) {
      if (mine_row.id() != id) continue;
      return row_mines->plan.Fill(row_mines->table.file(), row, context, *mine_row.add_mines());
    }
    return CellError("row_mines.csv", row.at.line, "layout_row",
                     "layout_rows.csv has no such row of mines for this record");
  });
}

absl::Status TemplateReader::State::ReadTripwires(std::uint32_t at, const FieldContext& context,
                                                  v1::MinefieldRecord& record) {
  if (!tripwires.has_value() || tripwires->table.CountOf(at) == 0) return absl::OkStatus();
  absl::flat_hash_map<std::string, v1::Mine*> mines;
  for (v1::Mine& mine : *record.mutable_layout()->mutable_mines()) mines[mine.id()] = &mine;
  return tripwires->table.ForEachRow(at, [&](const CsvRow& row) {
    const auto mine = mines.find(TrimText(row.cells[tripwires->plan.Leading(1)]));
    if (mine == mines.end()) {
      return CellError("tripwires.csv", row.at.line, "mine",
                       "mines.csv has no such mine for this record");
    }
    return tripwires->plan.Fill(tripwires->table.file(), row, context,
                                *mine->second->add_tripwires());
  });
}

absl::Status TemplateReader::State::ReadPersons(std::uint32_t at, const FieldContext& context,
                                                v1::MinefieldRecord& record) {
  v1::PersonsGroup& group = *record.mutable_persons();
  if (!persons.has_value() || persons->table.CountOf(at) == 0) {
    for (v1::Text* text : {group.mutable_commander(), group.mutable_recorder(),
                           group.mutable_accepted_by(), group.mutable_transcribed_by()}) {
      text->mutable_leaf()->set_presence(v1::PRESENCE_NOT_TRANSCRIBED);
    }
    return absl::OkStatus();
  }
  bool first = true;
  return persons->table.ForEachRow(at, [&](const CsvRow& row) {
    if (!first) {
      return CellError("persons.csv", row.at.line, "row", "this record has a row already");
    }
    first = false;
    return persons->plan.Fill(persons->table.file(), row, context, group);
  });
}

absl::Status TemplateReader::State::ReadAttachments(std::uint32_t at, v1::MinefieldRecord& record) {
  if (!attachments.has_value()) return absl::OkStatus();
  return attachments->table.ForEachRow(at, [&](const CsvRow& row) {
    v1::AttachmentUse& use = *record.mutable_identity()->add_attachments();
    const auto scan = scan_files.find(std::string(TrimText(attachments->Cell(row, 1))));
    if (scan == scan_files.end()) {
      return CellError("attachments.csv", row.at.line, "file", "no such file below scans/");
    }
    use.set_sha256(scan->second.sha256.ToBytes());
    return FillAttachment(*attachments, row, use);
  });
}

absl::Status TemplateReader::State::ReadRegions(std::uint32_t at, v1::MinefieldRecord& record) {
  if (!regions.has_value()) return absl::OkStatus();
  return regions->table.ForEachRow(at, [&](const CsvRow& row) {
    absl::StatusOr<Message*> field = FindMutableLeaf(record, TrimText(regions->Cell(row, 1)));
    if (!field.ok()) {
      return CellError("regions.csv", row.at.line, "field", field.status().message());
    }
    const auto scan = scan_files.find(std::string(TrimText(regions->Cell(row, 2))));
    bool used = false;
    for (const v1::AttachmentUse& use : record.identity().attachments()) {
      used = used || (scan != scan_files.end() && use.sha256() == scan->second.sha256.ToBytes());
    }
    if (!used) {
      return CellError("regions.csv", row.at.line, "file",
                       "attachments.csv does not name this file for this record");
    }
    v1::ScanRegion& region = *MutableLeafOf(**field).mutable_source();
    region.set_attachment(scan->second.sha256.ToBytes());
    return FillRegion(*regions, row, region);
  });
}

absl::StatusOr<v1::MinefieldRecord> TemplateReader::Read(std::uint64_t index) {
  State& state = *state_;
  const auto at = static_cast<std::uint32_t>(index);
  v1::MinefieldRecord record;
  if (absl::Status status = state.ReadRecordRow(at, record); !status.ok()) return status;
  const FieldContext context{state.aliases, record.where().map().declared_crs().code()};
  if (absl::Status status = state.ReadLists(at, context, record); !status.ok()) return status;
  if (absl::Status status = state.ReadRowMines(at, context, record); !status.ok()) return status;
  if (absl::Status status = state.ReadTripwires(at, context, record); !status.ok()) return status;
  if (absl::Status status = state.ReadPersons(at, context, record); !status.ok()) return status;
  if (absl::Status status = state.ReadAttachments(at, record); !status.ok()) return status;
  if (absl::Status status = state.ReadRegions(at, record); !status.ok()) return status;
  record.mutable_identity()->set_transcription(v1::TRANSCRIPTION_STATE_SINGLE);
  absl::Status shape = CheckRecordShape(record, Persons::kWith);
  if (!shape.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("records.csv:", state.places[at].line,
                                                   ": record '", state.keys[at],
                                                   "': ", shape.message()));
  }
  return record;
}

absl::StatusOr<std::vector<Adjudication>> TemplateReader::ReadAdjudications(std::uint64_t index) {
  std::vector<Adjudication> out;
  if (!state_->adjudicated.has_value()) return out;
  PlainTable& table = *state_->adjudicated;
  absl::Status status =
      table.table.ForEachRow(static_cast<std::uint32_t>(index), [&](const CsvRow& row) {
        out.push_back({row.at.line, std::string(TrimText(table.Cell(row, 1))),
                       std::string(table.Cell(row, 2))});
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return out;
}

}  // namespace cairn::record
