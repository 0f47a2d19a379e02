#include "client/annex.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "audit/statement/annex.h"
#include "client/content_file.h"
#include "client/transfer.h"
#include "keys/encoding.h"
#include "keys/secret.h"

namespace cairn::client {
namespace {

absl::StatusOr<keys::Bytes> AnnexHere(const Home& home, const v1::AnnexRef& annex) {
  const std::string path = AnnexPath(home, annex);
  absl::StatusOr<keys::Bytes> salt = ReadFile(path + ".salt", statement::kAnnexSaltBytes);
  if (!salt.ok()) return salt.status();
  absl::StatusOr<keys::Bytes> bytes = ReadFile(path, kMaxAnnexInMemory);
  if (!bytes.ok()) return bytes.status();
  const auto digest = statement::AnnexDigest(keys::AsBytes(*salt), keys::AsBytes(*bytes));
  if (digest.ok() && digest->ToBytes() == annex.digest()) return bytes;
  return absl::DataLossError(absl::StrCat(path, " and its salt are not the annex signed for"));
}

}  // namespace

absl::StatusOr<v1::AnnexRef> StoreAnnex(const Home& home, keys::ByteView bytes) {
  const keys::Bytes salt = keys::RandomBytes(statement::kAnnexSaltBytes);
  return StoreSaltedAnnex(home, keys::AsBytes(salt), bytes);
}

absl::StatusOr<v1::AnnexRef> StoreSaltedAnnex(const Home& home, keys::ByteView salt,
                                              keys::ByteView bytes) {
  absl::StatusOr<keys::Digest> digest = statement::AnnexDigest(salt, bytes);
  if (!digest.ok()) return digest.status();
  v1::AnnexRef annex;
  annex.set_digest(digest->ToBytes());
  annex.set_size(bytes.size());
  if (absl::Status made = MakeFolder(home.Annexes()); !made.ok()) return made;
  const std::string path = AnnexPath(home, annex);
  absl::Status kept = WriteFileDurably(path + ".salt", salt);
  if (kept.ok()) kept = WriteFileDurably(path, bytes);
  if (!kept.ok()) return kept;
  return annex;
}

absl::StatusOr<v1::AnnexRef> StoreAnnexFile(const Home& home, const std::string& path) {
  absl::StatusOr<keys::Bytes> bytes = ReadFile(path, kMaxAnnexInMemory);
  if (!bytes.ok()) return bytes.status();
  return StoreAnnex(home, keys::AsBytes(*bytes));
}

absl::Status RememberContent(const Home& home, const v1::AnnexRef& annex,
                             keys::ByteView plaintext) {
  const std::string key_path = home.Annexes() + "/same.key";
  absl::StatusOr<keys::Bytes> key = ReadFile(key_path, keys::kDigestSize);
  if (absl::IsNotFound(key.status())) {
    key = keys::RandomBytes(keys::kDigestSize);
    if (absl::Status kept = WriteFileDurably(key_path, keys::AsBytes(*key)); !kept.ok())
      return kept;
  }
  if (!key.ok()) return key.status();
  const keys::Digest same = keys::HmacSha256(keys::AsBytes(*key), plaintext);
  return WriteFileDurably(AnnexPath(home, annex) + ".same", same.View());
}

std::optional<keys::Bytes> ContentOf(const Home& home, const v1::AnnexRef& annex) {
  const std::string path = AnnexPath(home, annex);
  if (auto same = ReadFile(path + ".same", keys::kDigestSize); same.ok()) return *std::move(same);
  const auto bytes = ReadFile(path, kMaxAnnexInMemory);
  if (!bytes.ok()) return std::nullopt;
  return keys::Sha256(keys::AsBytes(*bytes)).ToBytes();
}

absl::Status ShareAnnex(Context& context, const keys::Bytes& handover, const v1::AnnexRef& annex) {
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  const std::string path = AnnexPath(*home, annex);
  absl::StatusOr<keys::Bytes> salt = ReadFile(path + ".salt", statement::kAnnexSaltBytes);
  if (!salt.ok()) return salt.status();
  absl::StatusOr<keys::Bytes> bytes = ReadFile(path, kMaxAnnexInMemory);
  if (!bytes.ok()) return bytes.status();
  const std::string carried = path + ".carried";
  absl::Status written = WriteFileDurably(
      carried, keys::AsBytes(statement::JoinCarried(keys::AsBytes(*salt), keys::AsBytes(*bytes))));
  if (!written.ok()) return written;
  absl::StatusOr<LocalContent> content = DescribeContent(carried);
  if (!content.ok()) return content.status();
  absl::StatusOr<Transfer> transfer = Transfer::Create(context);
  if (!transfer.ok()) return transfer.status();
  absl::Status sent = transfer->Upload(*content, handover);
  unlink(carried.c_str());
  return sent;
}

absl::StatusOr<keys::Bytes> FetchAnnex(Context& context, const v1::AnnexRef& annex) {
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  absl::StatusOr<keys::Bytes> here = AnnexHere(*home, annex);
  if (!absl::IsNotFound(here.status())) return here;
  const auto digest = keys::Digest::FromBytes(keys::AsBytes(annex.digest()));
  if (!digest.ok()) return digest.status();
  if (annex.size() > kMaxAnnexInMemory) {
    return absl::ResourceExhaustedError(absl::StrCat("an annex of ", annex.size(), " bytes"));
  }
  if (absl::Status made = MakeFolder(home->Annexes()); !made.ok()) return made;
  absl::StatusOr<Transfer> transfer = Transfer::Create(context);
  if (!transfer.ok()) return transfer.status();
  const std::string carried = AnnexPath(*home, annex) + ".carried";
  const absl::Status got =
      transfer->Download(*digest, annex.size() + statement::kCarriedFrontBytes, carried);
  if (!got.ok()) return got;
  absl::StatusOr<keys::Bytes> whole =
      ReadFile(carried, kMaxAnnexInMemory + statement::kCarriedFrontBytes);
  unlink(carried.c_str());
  if (!whole.ok()) return whole.status();
  const auto parts = statement::SplitCarried(keys::AsBytes(*whole));
  if (!parts.has_value()) {
    return absl::DataLossError("the content of this digest is no annex with its salt");
  }
  absl::StatusOr<v1::AnnexRef> kept = StoreSaltedAnnex(*home, parts->salt, parts->bytes);
  if (!kept.ok()) return kept.status();
  return AnnexHere(*home, annex);
}

absl::StatusOr<keys::Bytes> CarriedAnnex(Context& context, const v1::AnnexRef& annex) {
  absl::StatusOr<keys::Bytes> bytes = FetchAnnex(context, annex);
  if (!bytes.ok()) return bytes.status();
  const std::string path = AnnexPath(*context.GetHome(), annex);
  absl::StatusOr<keys::Bytes> salt = ReadFile(path + ".salt", statement::kAnnexSaltBytes);
  if (!salt.ok()) return salt.status();
  return statement::JoinCarried(keys::AsBytes(*salt), keys::AsBytes(*bytes));
}

std::string AnnexPath(const Home& home, const v1::AnnexRef& annex) {
  return absl::StrCat(home.Annexes(), "/", keys::Hex(keys::AsBytes(annex.digest())));
}

}  // namespace cairn::client
