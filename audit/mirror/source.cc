#include "audit/mirror/source.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "audit/mirror/files.h"

namespace cairn::mirror {
namespace {

absl::Status OfSource(const absl::Status& status, const Source& source) {
  return {status.code(), absl::StrCat(source.Name(), ": ", status.message())};
}

// Fetches `path`, or where nothing is there the resource that took its place.
absl::StatusOr<std::pair<keys::Bytes, bool>> FetchEither(Source& source, const std::string& path,
                                                         const std::optional<std::string>& full,
                                                         std::size_t limit) {
  absl::StatusOr<keys::Bytes> bytes = source.Fetch(path, limit);
  const bool fell_back = absl::IsNotFound(bytes.status()) && full.has_value();
  if (fell_back) bytes = source.Fetch(*full, limit);
  if (!bytes.ok()) return bytes.status();
  return std::make_pair(*std::move(bytes), fell_back);
}

}  // namespace

absl::StatusOr<keys::Bytes> FetchCheckpoint(Source& source) {
  return source.Fetch("checkpoint", note::kMaxNoteBytes);
}

absl::StatusOr<merkle::Tile> FetchTile(Source& source, const merkle::TileId& tile) {
  const std::string path = merkle::TilePath(tile);
  std::optional<std::string> full;
  if (!tile.IsFull()) full = merkle::TilePath({.level = tile.level, .index = tile.index});
  auto fetched = FetchEither(source, path, full, merkle::kMaxTileBytes);
  if (!fetched.ok()) return fetched.status();
  auto& [bytes, fell_back] = *fetched;
  const std::size_t wanted = std::size_t{tile.width} * keys::kDigestSize;
  const std::size_t whole = fell_back ? merkle::kMaxTileBytes : wanted;
  if (bytes.size() != whole) {
    return OfSource(absl::DataLossError(absl::StrCat(fell_back ? *full : path, " has ",
                                                     bytes.size(), " bytes instead of ", whole)),
                    source);
  }
  bytes.resize(wanted);
  return merkle::Tile::Parse(keys::AsBytes(bytes));
}

absl::StatusOr<std::vector<keys::Bytes>> FetchBundle(Source& source,
                                                     const merkle::BundleId& bundle) {
  const std::string path = merkle::BundlePath(bundle);
  std::optional<std::string> full;
  if (!bundle.IsFull()) full = merkle::BundlePath({.index = bundle.index});
  auto fetched = FetchEither(source, path, full, merkle::kMaxBundleBytes);
  if (!fetched.ok()) return fetched.status();
  const auto& [bytes, fell_back] = *fetched;
  absl::StatusOr<std::vector<keys::ByteView>> views =
      merkle::ParseBundle(keys::AsBytes(bytes), fell_back ? merkle::kTileWidth : bundle.width);
  if (!views.ok()) {
    return OfSource(
        absl::DataLossError(absl::StrCat(fell_back ? *full : path, ": ", views.status().message())),
        source);
  }
  std::vector<keys::Bytes> entries;
  entries.reserve(bundle.width);
  for (unsigned i = 0; i < bundle.width; ++i) entries.push_back(keys::ToBytes((*views)[i]));
  return entries;
}

absl::StatusOr<keys::Bytes> FolderSource::Fetch(const std::string& path, std::size_t limit) {
  return ReadFileUpTo(absl::StrCat(folder_, "/", path), limit);
}

std::unique_ptr<Source> FolderSource::Predecessor() const {
  return std::make_unique<FolderSource>(absl::StrCat(folder_, "/", kPredecessorFolder));
}

std::string FolderSource::Name() const { return absl::StrCat("folder ", folder_); }

}  // namespace cairn::mirror
