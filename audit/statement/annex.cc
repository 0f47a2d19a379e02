#include "audit/statement/annex.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace cairn::statement {

absl::StatusOr<AnnexDigestStream> AnnexDigestStream::Create(keys::ByteView salt) {
  if (salt.size() != kAnnexSaltBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("the salt of an annex is ", salt.size(), " bytes instead of 32"));
  }
  AnnexDigestStream stream;
  stream.stream_.Update(keys::AsBytes(kAnnexDomain));
  stream.stream_.Update(salt);
  return stream;
}

absl::Status AnnexDigestStream::Update(keys::ByteView bytes) {
  if (bytes.size() > kMaxAnnexBytes - size_) {
    return absl::InvalidArgumentError(
        absl::StrCat("an annex has at most ", kMaxAnnexBytes, " bytes"));
  }
  size_ += bytes.size();
  stream_.Update(bytes);
  return absl::OkStatus();
}

absl::StatusOr<keys::Digest> AnnexDigestStream::Finish() {
  if (size_ == 0) return absl::InvalidArgumentError("an annex is not empty");
  size_ = 0;
  return stream_.Finish();
}

absl::StatusOr<keys::Digest> AnnexDigest(keys::ByteView salt, keys::ByteView bytes) {
  absl::StatusOr<AnnexDigestStream> stream = AnnexDigestStream::Create(salt);
  if (!stream.ok()) return stream.status();
  absl::Status status = stream->Update(bytes);
  if (!status.ok()) return status;
  return stream->Finish();
}

keys::Bytes JoinCarried(keys::ByteView salt, keys::ByteView bytes) {
  return absl::StrCat(kAnnexDomain, keys::AsText(salt), keys::AsText(bytes));
}

std::optional<CarriedAnnex> SplitCarried(keys::ByteView file) {
  if (!absl::StartsWith(keys::AsText(file), kAnnexDomain) || file.size() <= kCarriedFrontBytes) {
    return std::nullopt;
  }
  return CarriedAnnex{file.subspan(kAnnexDomain.size(), kAnnexSaltBytes),
                      file.subspan(kCarriedFrontBytes)};
}

}  // namespace cairn::statement
