// Dossiers: written out of a copy of a log, read back, and spoiled.
#include "audit/dossier/dossier_file.h"

#include <cstdlib>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/dossier/dossier_writer.h"
#include "audit/dossier/testing.h"
#include "audit/record/ustar.h"
#include "audit/statement/annex.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status.h"

namespace cairn::dossier {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::cairn::testing::TileFiles;
using ::cairn::testing::WriteTestFile;
using testing::FoundedLog;
using ::testing::HasSubstr;
using testing::LogBuilder;
using testing::StateOf;

keys::Bytes SomeAnnex() {
  return absl::StrCat(statement::kAnnexDomain, std::string(statement::kAnnexSaltBytes, 's'),
                      "what the survey saw");
}

Paper PaperOf(PaperKind kind, keys::Bytes bytes) {
  return {.id = {keys::Sha256(keys::AsBytes(bytes)), kind}, .read = [bytes] { return bytes; }};
}

// A log with a request that names an annex, and its dossier.
struct DossierLog : FoundedLog {
  std::string old_receipt;

  DossierLog() {
    old_receipt = Receipt(LastLeaf());
    v1::Statement request = log.Say("receiving", handover);
    v1::Request& body = *request.mutable_request();
    body.set_to("holding");
    body.set_due_ms(log.now_ms() + 20 * LogBuilder::kDayMs);
    body.set_kind(v1::REQUEST_KIND_GAPS);
    body.set_items(1);
    body.mutable_list()->set_digest(keys::Sha256(keys::AsBytes(SomeAnnex())).ToBytes());
    body.mutable_list()->set_size(SomeAnnex().size() - 46);
    log.Accept(request);
    Write();
  }

  DossierHead Head() const {
    return {.handover = handover,
            .log = log.LogVkey().ToString(),
            .genesis = genesis.digest,
            .size = merkle::TreeSize{log.entries().size()}};
  }
  std::vector<Paper> Papers() const {
    return {PaperOf(PaperKind::kReceipt, old_receipt), PaperOf(PaperKind::kAnnex, SomeAnnex())};
  }
  keys::Bytes Dossier(std::vector<Paper> papers) const {
    return Dossier(Head(), std::move(papers));
  }
  keys::Bytes Dossier() const { return Dossier(Papers()); }
  keys::Bytes Dossier(DossierHead head, std::vector<Paper> papers) const {
    mirror::FolderSource source(folder.path());
    const auto reader = *mirror::LogReader::Open(source, log.LogVkey());
    keys::Bytes out;
    const absl::Status written = WriteDossier(
        *reader, {.head = std::move(head), .note = log.Note(), .papers = std::move(papers)},
        [&out](keys::ByteView bytes) {
          absl::StrAppend(&out, keys::AsText(bytes));
          return absl::OkStatus();
        },
        [](std::uint64_t, std::uint64_t) {});
    if (!written.ok()) throw std::runtime_error(written.ToString());
    return out;
  }
  Trust Believed() const {
    Trust trust;
    trust.policy = *note::Policy::Create({{log.LogVkey(), ""}}, {}, {}, "");
    trust.genesis = genesis.digest;
    return trust;
  }
};

const DossierLog& DossierOf() {
  static const DossierLog made;
  return made;
}

Examination Judge(const keys::Bytes& bytes, Trust trust) {
  return VerifyBytes("h.dossier", keys::AsBytes(bytes), {}, trust);
}
Examination Judge(const keys::Bytes& bytes) { return Judge(bytes, DossierOf().Believed()); }

// The dossier's members, changed and put together again with a list of digests that fits.
keys::Bytes Rebuilt(
    const keys::Bytes& dossier,
    const std::function<void(std::vector<std::pair<std::string, keys::Bytes>>&)>& change) {
  record::UstarReader reader(keys::SourceOf(keys::AsBytes(dossier)));
  std::vector<std::pair<std::string, keys::Bytes>> members;
  for (auto member = *reader.Next(); member.has_value(); member = *reader.Next()) {
    members.emplace_back(member->name, *reader.ReadAll(1 << 24));
  }
  members.pop_back();
  change(members);
  keys::Bytes out;
  std::string sums;
  record::UstarWriter writer([&out](keys::ByteView bytes) {
    absl::StrAppend(&out, keys::AsText(bytes));
    return absl::OkStatus();
  });
  for (const auto& [name, bytes] : members) {
    absl::StrAppend(&sums, SumLine(keys::Sha256(keys::AsBytes(bytes)), name));
    if (!writer.Add(name, keys::AsBytes(bytes)).ok()) throw std::runtime_error(name);
  }
  if (!writer.Add(kSumsMember, keys::AsBytes(sums)).ok() || !writer.Finish().ok()) {
    throw std::runtime_error("no archive");
  }
  return out;
}

TEST(Dossier, EveryClaimHoldsOrSaysWhyItWasNotChecked) {
  const Examination found = Judge(DossierOf().Dossier());
  EXPECT_EQ(found.kind, "dossier");
  EXPECT_EQ(WorstOf(found), ClaimState::kHolds);
  for (const char* id : {"form", "log-signature", "copy", "genesis", "statements", "rules",
                         "chains", "seen", "time-notes", "head", "handover"}) {
    EXPECT_EQ(StateOf(found, id), ClaimState::kHolds) << id;
  }
  for (const char* id : {"witnessed", "charter-witnessed", "same-history", "contents", "ground"}) {
    EXPECT_EQ(StateOf(found, id), ClaimState::kNotChecked) << id;
    EXPECT_NE(found.Find(id)->why, "") << id;
  }
  EXPECT_EQ(found.claims.size(), 18U);
}

TEST(Dossier, TheSameCopyGivesTheSameBytes) {
  EXPECT_EQ(DossierOf().Dossier(), DossierOf().Dossier());
  std::vector<Paper> other_way = DossierOf().Papers();
  std::swap(other_way[0], other_way[1]);
  other_way.push_back(other_way[0]);  // Twice is once.
  EXPECT_EQ(DossierOf().Dossier(std::move(other_way)), DossierOf().Dossier());
}

TEST(Dossier, ItsLogIsACopyAsTileClientsReadIt) {
  const keys::Bytes bytes = DossierOf().Dossier();
  ASSERT_OK_AND_ASSIGN(const auto file, DossierFile::Open("d", ReadAtOf(keys::AsBytes(bytes))));
  for (const auto& [path, expected] : TileFiles(DossierOf().log.entries())) {
    ASSERT_OK_AND_ASSIGN(const keys::Bytes found, file->Fetch(path, 1 << 24));
    EXPECT_EQ(found, expected) << path;
  }
  EXPECT_THAT(file->Fetch("tile/0/001", 1 << 24), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(file->Fetch("dossier", 1 << 24), StatusIs(absl::StatusCode::kNotFound));
}

// Every byte under CAIRN_FLIPS=all; else the edges of every block and every seventh.
TEST(Dossier, AnyFlippedByteIsNoticed) {
  const char* const all = std::getenv("CAIRN_FLIPS");
  const std::size_t step = all != nullptr && std::string(all) == "all" ? 1 : 7;
  keys::Bytes bytes = DossierOf().Dossier();
  std::size_t flipped = 0;
  for (std::size_t i = 0; i < bytes.size(); i += step) {
    bytes[i] = static_cast<char>(bytes[i] ^ (1 << (i % 8)));
    EXPECT_EQ(WorstOf(Judge(bytes)), ClaimState::kDoesNotHold) << "byte " << i;
    bytes[i] = static_cast<char>(bytes[i] ^ (1 << (i % 8)));
    ++flipped;
  }
  EXPECT_GT(flipped, bytes.size() / 8);
}

TEST(Dossier, AnyCutAndAnythingBehindItIsNoticed) {
  const keys::Bytes bytes = DossierOf().Dossier();
  for (std::size_t length = 0; length < bytes.size(); length += 509) {
    EXPECT_EQ(WorstOf(Judge(bytes.substr(0, length))), ClaimState::kDoesNotHold) << length;
  }
  EXPECT_EQ(StateOf(Judge(bytes + std::string(512, '\0')), "form"), ClaimState::kDoesNotHold);
}

// Whoever alters a dossier can also write a fitting list of digests. Then the signatures speak.
TEST(Dossier, AnAlteredEntryWithAFittingListIsNotWhatTheTreeCommitsTo) {
  const keys::Bytes spoiled = Rebuilt(DossierOf().Dossier(), [](auto& members) {
    for (auto& [name, bytes] : members) {
      if (absl::StrContains(name, "tile/entries/")) bytes[bytes.size() / 2] ^= 1;
    }
  });
  const Examination found = Judge(spoiled);
  EXPECT_EQ(StateOf(found, "form"), ClaimState::kHolds);
  EXPECT_EQ(StateOf(found, "copy"), ClaimState::kDoesNotHold);
}

TEST(Dossier, ACheckpointOfAnotherKeyIsNotTheLogs) {
  const keys::Bytes spoiled = Rebuilt(DossierOf().Dossier(), [](auto& members) {
    for (auto& [name, bytes] : members) {
      if (name == kCheckpointMember) {
        bytes = *note::SignCheckpoint({.origin = DossierOf().log.LogVkey().name(),
                                       .size = DossierOf().log.size(),
                                       .root = {keys::Sha256(keys::AsBytes("any"))}},
                                      LogBuilder::SigningKey("another"));
      }
    }
  });
  EXPECT_EQ(StateOf(Judge(spoiled), "log-signature"), ClaimState::kDoesNotHold);
}

TEST(Dossier, APaperThatNoLeafNamesDoesNotHold) {
  const Paper other = PaperOf(PaperKind::kAnnex, SomeAnnex() + "?");
  const Examination found = Judge(DossierOf().Dossier({other}));
  EXPECT_EQ(StateOf(found, PaperName(other.id)), ClaimState::kDoesNotHold);
  EXPECT_THAT(found.Find(PaperName(other.id))->why, HasSubstr("no leaf of the handover names it"));
}

TEST(Dossier, APaperUnderAnothersDigestIsNoticed) {
  const keys::Bytes spoiled =
      Rebuilt(DossierOf().Dossier(), [](auto& members) { members.back().second += "?"; });
  EXPECT_THAT(Judge(spoiled).Find("form")->why, HasSubstr("its digest is"));
}

TEST(Dossier, AReceiptOverAnotherHistoryConvicts) {
  const DossierLog& made = DossierOf();
  std::vector<keys::Bytes> entries = made.log.entries();
  entries[1] += "?";
  merkle::Frontier other;
  for (const keys::Bytes& entry : entries) other.Append(merkle::HashLeaf(keys::AsBytes(entry)));
  const std::string note = *note::SignCheckpoint(
      {.origin = made.log.LogVkey().name(), .size = other.size(), .root = other.Root()},
      made.log.LogKey());
  const Paper receipt =
      PaperOf(PaperKind::kReceipt, testing::ReceiptOf(entries, entries.size() - 1, note));
  const Examination found = Judge(made.Dossier({receipt}));
  EXPECT_THAT(found.Find(PaperName(receipt.id))->why, HasSubstr("this receipt convicts it"));
}

TEST(Dossier, AHandoverThatIsNotInTheLogDoesNotHold) {
  DossierHead head = DossierOf().Head();
  head.handover = DossierOf().genesis;
  EXPECT_EQ(StateOf(Judge(DossierOf().Dossier(head, {})), "handover"), ClaimState::kDoesNotHold);
}

TEST(Dossier, WhatItSaysOfItselfIsHeldAgainstItsLog) {
  DossierHead head = DossierOf().Head();
  head.genesis = keys::Sha256(keys::AsBytes("another"));
  EXPECT_EQ(StateOf(Judge(DossierOf().Dossier(head, {})), "head"), ClaimState::kDoesNotHold);
}

// --- What the verifier believes ------------------------------------------------------------------

TEST(Dossier, APinnedGenesisAloneIsEnough) {
  Trust trust;
  trust.genesis = DossierOf().genesis.digest;
  const Examination found = Judge(DossierOf().Dossier(), std::move(trust));
  EXPECT_EQ(WorstOf(found), ClaimState::kHolds);
  EXPECT_THAT(found.Find("log-signature")->why, HasSubstr("the Genesis names"));
}

TEST(Dossier, WithNothingPinnedItIsNotVerified) {
  Trust trust;
  trust.why_no_policy = "no key";
  const Examination found = Judge(DossierOf().Dossier(), std::move(trust));
  EXPECT_EQ(WorstOf(found), ClaimState::kNotChecked);
  EXPECT_EQ(StateOf(found, "log-signature"), ClaimState::kNotChecked);
  EXPECT_EQ(StateOf(found, "genesis"), ClaimState::kNotChecked);
}

TEST(Dossier, AnotherPinnedGenesisDoesNotHold) {
  Trust trust;
  trust.genesis = keys::Sha256(keys::AsBytes("another"));
  EXPECT_EQ(StateOf(Judge(DossierOf().Dossier(), std::move(trust)), "genesis"),
            ClaimState::kDoesNotHold);
}

TEST(Dossier, ALogThatIsNotBelievedDoesNotHold) {
  Trust trust = DossierOf().Believed();
  const keys::VerifierKey other = *keys::VerifierKey::Create(
      "log.example.org/other", keys::NoteKeyType::kEd25519, DossierOf().log.LogKey().Public());
  trust.policy = *note::Policy::Create({{other, ""}}, {}, {}, "");
  EXPECT_EQ(StateOf(Judge(DossierOf().Dossier(), std::move(trust)), "log-signature"),
            ClaimState::kDoesNotHold);
}

TEST(Dossier, AFileIsReadInPlaceAndGivesTheSame) {
  const std::string path = DossierOf().folder.path() + ".dossier";
  WriteTestFile(path, DossierOf().Dossier());
  Trust trust = DossierOf().Believed();
  ASSERT_OK_AND_ASSIGN(const Examination found, VerifyFile(path, std::nullopt, trust));
  EXPECT_EQ(WorstOf(found), ClaimState::kHolds);
  EXPECT_EQ(found.claims.size(), 18U);
  std::filesystem::remove(path);
}

// --- The head ------------------------------------------------------------------------------------

TEST(DossierHead, HasOneSpelling) {
  const std::string text = FormatHead(DossierOf().Head());
  ASSERT_OK_AND_ASSIGN(const DossierHead head, ParseHead(text));
  EXPECT_EQ(FormatHead(head), text);
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_THAT(ParseHead(text.substr(0, length)), StatusIs(absl::StatusCode::kInvalidArgument));
  }
  EXPECT_THAT(ParseHead(text + "x"), StatusIs(absl::StatusCode::kInvalidArgument));
  std::string zero = text.substr(0, text.rfind(' ') + 1) + "0\n";
  EXPECT_THAT(ParseHead(zero), StatusIs(absl::StatusCode::kInvalidArgument));
  zero = text.substr(0, text.rfind(' ') + 1) + "+5\n";
  EXPECT_THAT(ParseHead(zero), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(WriteDossier, RefusesAHeadOfAnotherSize) {
  DossierHead head = DossierOf().Head();
  head.size = merkle::TreeSize{3};
  EXPECT_THROW(DossierOf().Dossier(head, {}), std::runtime_error);
}

}  // namespace
}  // namespace cairn::dossier
