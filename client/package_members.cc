#include "client/package_members.h"

#include <google/protobuf/util/json_util.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/record/package_format.h"
#include "audit/record/records_csv.h"
#include "client/content_file.h"
#include "client/home.h"

namespace cairn::client {
namespace {

absl::StatusOr<std::string> JsonLine(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto printed = google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!printed.ok()) return absl::InternalError(printed.ToString());
  return json + "\n";
}

absl::Status AppendJson(NewFile& file, const google::protobuf::Message& message) {
  const absl::StatusOr<std::string> line = JsonLine(message);
  if (!line.ok()) return line.status();
  return file.Append(keys::AsBytes(*line));
}

}  // namespace

struct MemberWriter::State {
  std::string folder;
  record::PackageFile file;
  std::optional<NewFile> csv, records, supplements, attachment;
  std::string lines;  // Reused.

  absl::Status AddRecord(std::uint64_t index, const record::UnpackedRecord& one) {
    lines.clear();
    record::AppendRecordCsv(index, one.record, file, lines);
    const absl::Status written = csv->Append(keys::AsBytes(lines));
    return written.ok() ? AppendJson(*records, one.record) : written;
  }

  absl::Status AddSupplement(std::uint64_t index, const v1::Supplement& one) {
    if (!supplements.has_value()) {
      absl::StatusOr<NewFile> made = NewFile::Create(folder + "/supplements.jsonl");
      if (!made.ok()) return made.status();
      supplements = *std::move(made);
    }
    lines.clear();
    record::AppendSupplementCsv(index, one, lines);
    const absl::Status written = csv->Append(keys::AsBytes(lines));
    return written.ok() ? AppendJson(*supplements, one) : written;
  }

  absl::StatusOr<keys::Sink> BeginAttachment(const keys::Digest& sha256) {
    const std::string attachments = folder + "/attachments";
    if (absl::Status made = MakeFolder(attachments); !made.ok()) return made;
    absl::StatusOr<NewFile> made = NewFile::Create(absl::StrCat(attachments, "/", sha256.Hex()));
    if (!made.ok()) return made.status();
    attachment = *std::move(made);
    return keys::Sink([this](keys::ByteView bytes) { return attachment->Append(bytes); });
  }
};

MemberWriter::MemberWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
MemberWriter::~MemberWriter() = default;

absl::StatusOr<std::unique_ptr<MemberWriter>> MemberWriter::Create(const std::string& folder,
                                                                   record::PackageFile file) {
  const std::size_t slash = folder.rfind('/');
  if (slash != std::string::npos && slash > 0) {
    if (absl::Status made = MakeFolder(folder.substr(0, slash)); !made.ok()) return made;
  }
  if (mkdir(folder.c_str(), 0700) != 0) {
    const std::string why = absl::StrCat("cannot make ", folder, ": ", std::strerror(errno));
    return errno == EEXIST ? absl::AlreadyExistsError(why) : absl::FailedPreconditionError(why);
  }
  auto state = std::make_unique<State>();
  state->folder = folder;
  state->file = file;
  absl::StatusOr<NewFile> csv = NewFile::Create(absl::StrCat(folder, "/", record::kRecordsCsvName));
  if (!csv.ok()) return csv.status();
  absl::StatusOr<NewFile> records = NewFile::Create(folder + "/records.jsonl");
  if (!records.ok()) return records.status();
  state->csv = *std::move(csv);
  state->records = *std::move(records);
  record::AppendRecordsCsvHeader(state->lines);
  if (absl::Status put = state->csv->Append(keys::AsBytes(state->lines)); !put.ok()) return put;
  return std::unique_ptr<MemberWriter>(new MemberWriter(std::move(state)));
}

record::PackageCallbacks MemberWriter::Callbacks() {
  State* const state = state_.get();
  record::PackageCallbacks callbacks;
  callbacks.record = [state](std::uint64_t index, const record::UnpackedRecord& one) {
    return state->AddRecord(index, one);
  };
  callbacks.supplement = [state](std::uint64_t index, const v1::Supplement& one) {
    return state->AddSupplement(index, one);
  };
  callbacks.attachment = [state](const keys::Digest& sha256, std::uint64_t) {
    return state->BeginAttachment(sha256);
  };
  callbacks.attachment_end = [state](const keys::Digest&) { return state->attachment->Finish(); };
  return callbacks;
}

absl::Status MemberWriter::Finish(const record::ReadPackageResult& read) {
  absl::Status done = state_->csv->Finish();
  if (done.ok()) done = state_->records->Finish();
  if (done.ok() && state_->supplements.has_value()) done = state_->supplements->Finish();
  if (!done.ok()) return done;
  const absl::StatusOr<std::string> header = JsonLine(read.header);
  if (!header.ok()) return header.status();
  const absl::StatusOr<std::string> manifest = JsonLine(read.manifest);
  if (!manifest.ok()) return manifest.status();
  done = WriteFileDurably(state_->folder + "/header.json", keys::AsBytes(*header));
  if (!done.ok()) return done;
  return WriteFileDurably(state_->folder + "/manifest.json", keys::AsBytes(*manifest));
}

}  // namespace cairn::client
