#include "audit/dossier/dossier_writer.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/merkle/bundle.h"
#include "audit/record/ustar.h"
#include "keys/digest.h"

namespace cairn::dossier {
namespace {

// Adds members, and remembers the digest of each.
class SummedArchive {
 public:
  explicit SummedArchive(keys::Sink sink) : archive_(std::move(sink)) {}

  absl::Status Add(absl::string_view name, keys::ByteView bytes) {
    absl::StrAppend(&sums_, SumLine(keys::Sha256(bytes), name));
    return archive_.Add(name, bytes);
  }
  absl::Status Finish() {
    if (absl::Status added = archive_.Add(kSumsMember, keys::AsBytes(sums_)); !added.ok()) {
      return added;
    }
    return archive_.Finish();
  }

 private:
  record::UstarWriter archive_;
  std::string sums_;
};

absl::Status AddTile(mirror::LogReader& log, const merkle::TileId& id, SummedArchive& out) {
  const auto tile = log.ReadTile(id.level, id.index);
  if (!tile.ok()) return tile.status();
  return out.Add(merkle::TilePath(id), keys::AsBytes((*tile)->Encode(id.width)));
}

absl::Status AddBundle(mirror::LogReader& log, const merkle::BundleId& id, SummedArchive& out) {
  const auto entries = log.ReadBundle(id.index);
  if (!entries.ok()) return entries.status();
  keys::Bytes bundle;
  for (const keys::Bytes& entry : *entries) {
    if (absl::Status added = merkle::AppendToBundle(keys::AsBytes(entry), bundle); !added.ok()) {
      return added;
    }
  }
  return out.Add(merkle::BundlePath(id), keys::AsBytes(bundle));
}

absl::Status AddLog(mirror::LogReader& log, SummedArchive& out, OnWritten on_written) {
  LogMembers members(log.size());
  while (const auto member = members.Next()) {
    if (const auto* tile = std::get_if<merkle::TileId>(&*member)) {
      if (absl::Status added = AddTile(log, *tile, out); !added.ok()) return added;
      continue;
    }
    const auto& bundle = std::get<merkle::BundleId>(*member);
    if (absl::Status added = AddBundle(log, bundle, out); !added.ok()) return added;
    on_written(bundle.index * merkle::kTileWidth + bundle.width, merkle::ToInt(log.size()));
  }
  return absl::OkStatus();
}

absl::Status AddPaper(const Paper& paper, const std::string& name, SummedArchive& out) {
  const absl::StatusOr<keys::Bytes> bytes = paper.read();
  if (!bytes.ok()) return bytes.status();
  if (bytes->empty() || bytes->size() > kMaxPaperBytes) {
    return absl::InvalidArgumentError(absl::StrCat(name, " has ", bytes->size(),
                                                   " bytes; a dossier encloses at most ",
                                                   kMaxPaperBytes, " of each"));
  }
  if (keys::Sha256(keys::AsBytes(*bytes)) != paper.id.sha256) {
    return absl::DataLossError(absl::StrCat("what was to be ", name, " has another digest now"));
  }
  return out.Add(name, keys::AsBytes(*bytes));
}

absl::Status AddPapers(std::vector<Paper> papers, SummedArchive& out) {
  std::vector<std::pair<std::string, Paper>> named;
  named.reserve(papers.size());
  for (Paper& paper : papers) {
    std::string name = PaperName(paper.id);
    named.emplace_back(std::move(name), std::move(paper));
  }
  std::sort(named.begin(), named.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  const auto end = std::unique(named.begin(), named.end(),
                               [](const auto& a, const auto& b) { return a.first == b.first; });
  named.erase(end, named.end());
  if (named.size() > kMaxPapers) {
    return absl::InvalidArgumentError(
        absl::StrCat(named.size(), " papers; a dossier encloses at most ", kMaxPapers));
  }
  for (const auto& [name, paper] : named) {
    if (absl::Status added = AddPaper(paper, name, out); !added.ok()) return added;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status WriteDossier(mirror::LogReader& log, DossierOrder order, keys::Sink sink,
                          OnWritten on_written) {
  if (order.head.size != log.size() || merkle::ToInt(log.size()) == 0) {
    return absl::InvalidArgumentError(absl::StrCat("a dossier of ", merkle::ToInt(order.head.size),
                                                   " leaves out of a copy of ",
                                                   merkle::ToInt(log.size())));
  }
  SummedArchive out(std::move(sink));
  absl::Status added = out.Add(kHeadMember, keys::AsBytes(FormatHead(order.head)));
  if (added.ok()) added = out.Add(kReadmeMember, keys::AsBytes(kDossierReadme));
  if (added.ok()) added = out.Add(kCheckpointMember, keys::AsBytes(order.note));
  if (added.ok()) added = AddLog(log, out, on_written);
  if (added.ok()) added = AddPapers(std::move(order.papers), out);
  if (!added.ok()) return added;
  return out.Finish();
}

}  // namespace cairn::dossier
