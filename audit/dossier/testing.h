// A log with a handover, its copy in a folder, and receipts for its leaves. For tests.
#ifndef CAIRN_AUDIT_DOSSIER_TESTING_H_
#define CAIRN_AUDIT_DOSSIER_TESTING_H_

#include <memory>
#include <string>
#include <vector>

#include "audit/dossier/key_history.h"
#include "audit/dossier/verify.h"
#include "audit/merkle/hash.h"
#include "audit/merkle/node_source.h"
#include "audit/merkle/proof.h"
#include "audit/mirror/log_reader.h"
#include "audit/mirror/source.h"
#include "audit/note/proof_file.h"
#include "tests/testing/log_builder.h"
#include "tests/testing/log_folder.h"

namespace cairn::dossier::testing {

using cairn::testing::LogBuilder;
using cairn::testing::ScratchFolder;

// The receipt of `leaf` in the tree of all entries.
inline std::string ReceiptOf(const std::vector<keys::Bytes>& entries, std::size_t leaf,
                             const std::string& note) {
  merkle::MemoryTree tree;
  for (const keys::Bytes& entry : entries) tree.Append(merkle::HashLeaf(keys::AsBytes(entry)));
  note::ProofFile proof;
  proof.index = merkle::LeafIndex{leaf};
  proof.path = *merkle::ProveInclusion(proof.index, tree.size(), tree);
  proof.note = note;
  return *note::FormatProofFile(proof);
}

// A log that ends with a submitted package.
struct FoundedLog {
  LogBuilder log;
  statement::StatementId genesis;
  statement::StatementId handover;
  ScratchFolder folder;

  FoundedLog() {
    genesis = log.Found();
    handover = log.OpenHandover();
    log.Submit(handover, "S1");
    Write();
  }
  void Write() const { cairn::testing::WriteLogFolder(folder.path(), log.entries(), log.Note()); }
  std::string Receipt(std::size_t leaf) const { return ReceiptOf(log.entries(), leaf, log.Note()); }
  std::size_t LastLeaf() const { return log.entries().size() - 1; }
};
// One for all tests that do not change it.
inline const FoundedLog& Founded() {
  static const FoundedLog founded;  // Destroyed at the end, so that its folder goes.
  return founded;
}

// What a verifier of that log believes, with its key history out of the copy.
struct Believing {
  mirror::FolderSource source;
  std::unique_ptr<mirror::LogReader> reader;
  std::unique_ptr<KeyHistory> history;
  Trust trust;

  explicit Believing(const FoundedLog& founded) : source(founded.folder.path()) {
    reader = *mirror::LogReader::Open(source, founded.log.LogVkey());
    history = *KeyHistory::Create(*reader, founded.genesis.digest);
    trust.policy = *note::Policy::Create({{founded.log.LogVkey(), ""}}, {}, {}, "");
    trust.history = history.get();
  }
};

inline ClaimState StateOf(const Examination& found, const std::string& id) {
  const Claim* claim = found.Find(id);
  if (claim == nullptr) {
    throw std::runtime_error("no claim " + id + "; " + found.kind + ": " +
                             (found.claims.empty() ? "" : found.claims.front().why));
  }
  return claim->state;
}

}  // namespace cairn::dossier::testing

#endif  // CAIRN_AUDIT_DOSSIER_TESTING_H_
