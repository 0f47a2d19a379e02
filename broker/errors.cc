#include "broker/errors.h"

#include <grpcpp/support/status.h>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "broker/logging.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace cairn::broker {
namespace {

constexpr std::size_t kMaxErrorMessage = 2048;

template <typename Detail>
std::string TypeUrl() {
  return absl::StrCat("type.googleapis.com/", Detail::descriptor()->full_name());
}

template <typename Detail>
std::optional<Detail> GetDetail(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(TypeUrl<Detail>());
  Detail detail;
  if (!payload.has_value() || !detail.ParseFromString(std::string(*payload))) return std::nullopt;
  return detail;
}

template <typename Detail>
void SetDetail(absl::Status& status, const Detail& detail) {
  status.SetPayload(TypeUrl<Detail>(), absl::Cord(detail.SerializeAsString()));
}

google::rpc::ErrorInfo ErrorInfoOf(const absl::Status& status) {
  google::rpc::ErrorInfo info =
      GetDetail<google::rpc::ErrorInfo>(status).value_or(google::rpc::ErrorInfo());
  info.set_domain(std::string(kErrorDomain));
  return info;
}

// Where a path may begin: not within a name ("example.org/log") nor after a scheme ("https://").
bool BeginsPath(absl::string_view text, std::size_t at) {
  if (text[at] != '/' || at + 1 == text.size()) return false;
  if (!absl::ascii_isalnum(text[at + 1]) && text[at + 1] != '.' && text[at + 1] != '_')
    return false;
  return at == 0 || absl::StrContains(" \t\n\"'`([{<=,;:", text.substr(at - 1, 1));
}

bool InPath(char letter) {
  return absl::ascii_isalnum(letter) ||
         absl::StrContains("/._-+@~%#", absl::string_view(&letter, 1));
}

void CleanDetails(google::rpc::BadRequest& request) {
  for (auto& violation : *request.mutable_field_violations()) {
    violation.set_description(WithoutPaths(violation.description()));
  }
}
void CleanDetails(google::rpc::ErrorInfo& info) {
  for (auto& [name, value] : *info.mutable_metadata()) value = WithoutPaths(value);
}
void CleanDetails(google::rpc::RetryInfo&) {}

template <typename Detail>
void CopyDetail(const absl::Status& status, google::rpc::Status& out) {
  if (auto detail = GetDetail<Detail>(status)) {
    CleanDetails(*detail);
    out.add_details()->PackFrom(*detail);
  }
}

}  // namespace

absl::Status WithReason(absl::Status status, absl::string_view reason) {
  google::rpc::ErrorInfo info = ErrorInfoOf(status);
  if (info.reason().empty()) info.set_reason(std::string(reason));
  SetDetail(status, info);
  return status;
}

absl::Status WithMetadata(absl::Status status, absl::string_view name, absl::string_view value) {
  google::rpc::ErrorInfo info = ErrorInfoOf(status);
  info.mutable_metadata()->insert({std::string(name), std::string(value)});
  SetDetail(status, info);
  return status;
}

absl::Status WithField(absl::Status status, absl::string_view field,
                       absl::string_view description) {
  if (GetDetail<google::rpc::BadRequest>(status).has_value()) return status;
  google::rpc::BadRequest request;
  google::rpc::BadRequest::FieldViolation* violation = request.add_field_violations();
  violation->set_field(std::string(field));
  violation->set_description(std::string(description.empty() ? status.message() : description));
  SetDetail(status, request);
  return status;
}

absl::Status WithRetry(absl::Status status, std::chrono::milliseconds after) {
  if (GetDetail<google::rpc::RetryInfo>(status).has_value()) return status;
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(after.count() / 1000);
  retry.mutable_retry_delay()->set_nanos(static_cast<int>(after.count() % 1000) * 1'000'000);
  SetDetail(status, retry);
  return status;
}

std::string ReasonOf(const absl::Status& status) {
  std::string reason = ErrorInfoOf(status).reason();
  return reason.empty() ? absl::StatusCodeToString(status.code()) : reason;
}

std::string WithoutPaths(absl::string_view message) {
  std::string shown;
  for (std::size_t at = 0; at < message.size();) {
    if (!BeginsPath(message, at)) {
      shown.push_back(message[at++]);
      continue;
    }
    shown += "(a file of the broker)";
    std::size_t end = at;
    while (end < message.size() && InPath(message[end])) ++end;
    // A full stop ends the sentence, not the path.
    while (end > at + 1 && message[end - 1] == '.') --end;
    at = end;
  }
  return shown;
}

std::string MessageForCaller(const absl::Status& status) {
  std::string shown = WithoutPaths(status.message());
  if (shown != status.message()) LogStatus(Severity::kError, "error_not_shown", status);
  return shown;
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  google::rpc::Status wire;
  wire.set_code(static_cast<int>(status.code()));
  wire.set_message(MessageForCaller(status).substr(0, kMaxErrorMessage));
  google::rpc::ErrorInfo info = ErrorInfoOf(status);
  info.set_reason(ReasonOf(status));
  CleanDetails(info);
  wire.add_details()->PackFrom(info);
  CopyDetail<google::rpc::BadRequest>(status, wire);
  CopyDetail<google::rpc::RetryInfo>(status, wire);
  return grpc::Status(static_cast<grpc::StatusCode>(wire.code()), wire.message(),
                      wire.SerializeAsString());
}

}  // namespace cairn::broker
