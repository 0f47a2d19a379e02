#include "broker/content_check.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "broker/limits.h"

namespace cairn::broker {

void ContentCheck::Doubtful(std::string message) {
  if (report_.doubts.size() >= max_doubts_) {
    ++report_.more_doubts;
    return;
  }
  report_.doubts.push_back({log::DoubtAbout::kContent, std::move(message)});
}

void ContentCheck::CheckOneNamed(merkle::LeafIndex leaf, absl::string_view what,
                                 const std::string& digest, std::uint64_t size) {
  const std::string where =
      absl::StrCat("the ", what, " that leaf ", merkle::ToInt(leaf), " submits");
  const auto parsed = keys::Digest::FromBytes(keys::AsBytes(digest));
  if (!parsed.ok()) return;  // The fold has refused such a leaf.
  const auto file = content_.Open(*parsed);
  if (!file.ok()) {
    Doubtful(absl::StrCat(where, ": ", file.status().message()));
  } else if ((*file)->size() != size) {
    Doubtful(
        absl::StrCat(where, " has ", size, " bytes, the content index says ", (*file)->size()));
  }
}

void ContentCheck::CheckNamed(merkle::LeafIndex leaf, const v1::Statement& statement) {
  if (!statement.has_submit_package()) return;
  const v1::SubmitPackage& package = statement.submit_package();
  CheckOneNamed(leaf, "package", package.digest(), package.size());
  if (package.persons_digest().empty()) return;
  CheckOneNamed(leaf, "persons' file", package.persons_digest(), package.persons_size());
}

void ContentCheck::CheckFile(const keys::Digest& digest, ContentTotals& totals) {
  const auto file = content_.Open(digest);
  if (!file.ok())
    return Doubtful(absl::StrCat("file ", digest.Hex(), ": ", file.status().message()));
  keys::Sha256Stream whole;
  std::uint64_t size = 0;
  bool complete = true;
  for (std::size_t i = 0; i < (*file)->chunk_count(); ++i) {
    const absl::StatusOr<keys::Bytes> chunk = content_.ReadChunk(**file, i);
    if (!chunk.ok()) {
      Doubtful(absl::StrCat("file ", digest.Hex(), ", bytes from ", i * kChunkBytes, ": ",
                            chunk.status().message()));
      complete = false;
      continue;
    }
    whole.Update(keys::AsBytes(*chunk));
    size += chunk->size();
  }
  totals.bytes += size;
  if (!complete) return;
  // Good chunks in a wrong list make another file.
  if (size != (*file)->size()) {
    Doubtful(absl::StrCat("file ", digest.Hex(), ": its chunks have ", size,
                          " bytes, the content index says ", (*file)->size()));
  } else if (whole.Finish() != digest) {
    Doubtful(absl::StrCat("file ", digest.Hex(),
                          ": the chunks that the content index lists make another file"));
  }
}

ContentTotals ContentCheck::CheckAll() {
  ContentTotals totals;
  const absl::Status files = content_.VisitFiles([&](const keys::Digest& digest) {
    ++totals.files;
    CheckFile(digest, totals);
    return true;
  });
  if (!files.ok()) Doubtful(absl::StrCat("the content index: ", files.message()));
  const absl::Status uploads = content_.VisitUploads(
      [&](const keys::Digest& digest, const std::vector<keys::Digest>& chunks) {
        ++totals.uploads;
        for (const keys::Digest& chunk : chunks) {
          const auto bytes = content_.ReadChunk(chunk);
          if (bytes.ok()) {
            totals.bytes += bytes->size();
          } else {
            Doubtful(absl::StrCat("unfinished upload of ", digest.Hex(), ": ",
                                  bytes.status().message()));
          }
        }
        return true;
      });
  if (!uploads.ok()) Doubtful(absl::StrCat("the content index: ", uploads.message()));
  return totals;
}

}  // namespace cairn::broker
