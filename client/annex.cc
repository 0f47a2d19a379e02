#include "client/annex.h"

#include "absl/strings/str_cat.h"
#include "audit/statement/annex.h"
#include "keys/encoding.h"
#include "keys/secret.h"

namespace cairn::client {

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

std::string AnnexPath(const Home& home, const v1::AnnexRef& annex) {
  return absl::StrCat(home.Annexes(), "/", keys::Hex(keys::AsBytes(annex.digest())));
}

}  // namespace cairn::client
