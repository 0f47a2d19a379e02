// Errors as callers of the broker get them: a gRPC status with google.rpc details (AIP-193).
//
// An absl::Status carries the details as payloads from where the error is known to where the call
// ends; ToGrpcStatus is the only place where one becomes a grpc::Status. The details go out in this
// order: ErrorInfo {reason, domain "cairn", metadata}, always; BadRequest, where a field is to
// blame; RetryInfo, where trying again helps.
#ifndef CAIRN_BROKER_ERRORS_H_
#define CAIRN_BROKER_ERRORS_H_

#include <chrono>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace grpc {
class Status;
}  // namespace grpc

namespace cairn::broker {

inline constexpr absl::string_view kErrorDomain = "cairn";

// The published reasons. A reason is never given another meaning. An error without one of its own
// has the name of its code.
namespace reason {
inline constexpr absl::string_view kStatementMalformed = "STATEMENT_MALFORMED";
inline constexpr absl::string_view kSignatureWrong = "SIGNATURE_WRONG";
inline constexpr absl::string_view kNotLogged = "NOT_LOGGED";
inline constexpr absl::string_view kDeadlineMissing = "DEADLINE_MISSING";
inline constexpr absl::string_view kBrokerBusy = "BROKER_BUSY";
inline constexpr absl::string_view kShuttingDown = "SHUTTING_DOWN";
inline constexpr absl::string_view kLogSealed = "LOG_SEALED";
inline constexpr absl::string_view kTokenMissing = "TOKEN_MISSING";
inline constexpr absl::string_view kTokenInvalid = "TOKEN_INVALID";
inline constexpr absl::string_view kNotEntitled = "NOT_ENTITLED";
inline constexpr absl::string_view kContentNotFound = "CONTENT_NOT_FOUND";
inline constexpr absl::string_view kContentDamaged = "CONTENT_DAMAGED";
inline constexpr absl::string_view kUploadNotBegun = "UPLOAD_NOT_BEGUN";
inline constexpr absl::string_view kUploadDiffers = "UPLOAD_DIFFERS";
inline constexpr absl::string_view kOffsetWrong = "OFFSET_WRONG";
inline constexpr absl::string_view kChunkDiffers = "CHUNK_DIFFERS";
inline constexpr absl::string_view kUploadQuota = "UPLOAD_QUOTA";
inline constexpr absl::string_view kDiskFull = "DISK_FULL";
inline constexpr absl::string_view kSizeOutOfRange = "SIZE_OUT_OF_RANGE";
inline constexpr absl::string_view kPageTokenInvalid = "PAGE_TOKEN_INVALID";
inline constexpr absl::string_view kFieldInvalid = "FIELD_INVALID";
inline constexpr absl::string_view kHandoverUnknown = "HANDOVER_UNKNOWN";
inline constexpr absl::string_view kPartyUnknown = "PARTY_UNKNOWN";
}  // namespace reason

// Each returns `status` with one detail more; of a kind that is there already, the first stays,
// because who saw the error first knew most. REQUIRES: !status.ok().
absl::Status WithReason(absl::Status status, absl::string_view reason);
absl::Status WithField(absl::Status status, absl::string_view field,
                       absl::string_view description = {});
absl::Status WithRetry(absl::Status status, std::chrono::milliseconds after);
absl::Status WithMetadata(absl::Status status, absl::string_view name, absl::string_view value);

// The reason that ToGrpcStatus will give.
std::string ReasonOf(const absl::Status& status);

// `message` without what only the operator may see: each absolute path of this machine becomes "(a
// file of the broker)". Store, disk and libraries put them into their errors.
std::string WithoutPaths(absl::string_view message);

// What a caller is told in the place of `status`, as one sentence: its message without paths. Where
// that takes something away, the whole goes into the log as "error_not_shown".
std::string MessageForCaller(const absl::Status& status);

// OK for OK. Message and details without paths, as MessageForCaller. Codes are the same in both; a
// message longer than a header may be is cut.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_ERRORS_H_
