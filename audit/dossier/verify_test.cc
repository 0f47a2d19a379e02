#include "audit/dossier/verify.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "audit/dossier/testing.h"
#include "audit/note/cosignature.h"
#include "audit/record/package_writer.h"
#include "audit/statement/canonical.h"
#include "audit/statement/refusal.h"
#include "cairn/v1/report.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keys/age.h"
#include "keys/key_file.h"
#include "tests/testing/status.h"

namespace cairn::dossier {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::LogBuilder;
using ::cairn::testing::ScratchFolder;
using ::cairn::testing::StatusIs;
using ::cairn::testing::WriteTestFile;
using testing::Believing;
using testing::Founded;
using ::testing::HasSubstr;
using testing::StateOf;

// The same file under the trust of one who believes the log and has its copy.
Examination VerifyBelieving(const std::string& name, const std::string& bytes,
                            const Companions& beside = {}) {
  static auto* const believing = new Believing(Founded());
  return VerifyBytes(name, keys::AsBytes(bytes), beside, believing->trust);
}
Examination VerifyTrustless(const std::string& name, const std::string& bytes,
                            const Companions& beside = {}) {
  Trust nothing;
  nothing.why_no_policy = "no log key is believed";
  return VerifyBytes(name, keys::AsBytes(bytes), beside, nothing);
}
Companions WithEntry(const keys::Bytes& entry) {
  return {
      .entry = entry, .proof = std::nullopt, .statement = std::nullopt, .submission = std::nullopt};
}

TEST(VerifyReceipt, EveryClaimHoldsButTheWitnesses) {
  for (std::size_t leaf = 0; leaf <= Founded().LastLeaf(); ++leaf) {
    const Examination found = VerifyBelieving("receipt", Founded().Receipt(leaf),
                                              WithEntry(Founded().log.entries()[leaf]));
    EXPECT_EQ(found.kind, "receipt");
    EXPECT_EQ(WorstOf(found), ClaimState::kHolds) << leaf;
    for (const Claim& claim : found.claims) {
      EXPECT_EQ(claim.state, claim.id == "witnessed" ? ClaimState::kNotChecked : ClaimState::kHolds)
          << claim.id << ": " << claim.why;
    }
    for (const char* id : {"form", "log-signature", "inclusion", "same-history", "entry-form",
                           "statement-form", "statement-signature", "statement-log", "identity"}) {
      EXPECT_NE(found.Find(id), nullptr) << id;
    }
  }
}

TEST(VerifyReceipt, EveryFlippedBitOfProofOrEntryIsNoticed) {
  const std::size_t leaf = Founded().LastLeaf();
  const std::string proof = Founded().Receipt(leaf);
  const std::string entry = Founded().log.entries()[leaf];
  for (std::size_t at = 0; at < proof.size(); ++at) {
    std::string spoiled = proof;
    spoiled[at] = static_cast<char>(spoiled[at] ^ (1 << (at % 8)));
    const Examination found = VerifyBelieving("N.tlog-proof", spoiled, WithEntry(entry));
    ASSERT_EQ(WorstOf(found), ClaimState::kDoesNotHold) << "byte " << at;
  }
  for (std::size_t at = 0; at < entry.size(); ++at) {
    std::string spoiled = entry;
    spoiled[at] = static_cast<char>(spoiled[at] ^ (1 << (at % 8)));
    ASSERT_EQ(WorstOf(VerifyBelieving("N.tlog-proof", proof, WithEntry(spoiled))),
              ClaimState::kDoesNotHold)
        << "byte " << at;
    // The entry judged with its receipt beside it.
    ASSERT_EQ(
        WorstOf(VerifyBelieving("N.entry", spoiled,
                                {.entry = {}, .proof = proof, .statement = {}, .submission = {}})),
        ClaimState::kDoesNotHold)
        << "byte " << at;
  }
}

TEST(VerifyReceipt, EveryCutIsNoticed) {
  const std::string proof = Founded().Receipt(2);
  const std::string entry = Founded().log.entries()[2];
  for (std::size_t length = 0; length < proof.size(); ++length) {
    EXPECT_EQ(WorstOf(VerifyBelieving("N.tlog-proof", proof.substr(0, length), WithEntry(entry))),
              ClaimState::kDoesNotHold);
  }
  for (std::size_t length = 0; length < entry.size(); ++length) {
    EXPECT_EQ(WorstOf(VerifyBelieving("N.tlog-proof", proof, WithEntry(entry.substr(0, length)))),
              ClaimState::kDoesNotHold);
  }
}

TEST(VerifyReceipt, AnotherLeafsEntryDoesNotBelong) {
  const Examination found =
      VerifyBelieving("receipt", Founded().Receipt(3), WithEntry(Founded().log.entries()[4]));
  EXPECT_EQ(StateOf(found, "inclusion"), ClaimState::kDoesNotHold);
  EXPECT_EQ(StateOf(found, "log-signature"), ClaimState::kHolds);
}

TEST(VerifyReceipt, WithoutATrustedKeyNothingEssentialIsChecked) {
  const Examination found =
      VerifyTrustless("receipt", Founded().Receipt(3), WithEntry(Founded().log.entries()[3]));
  EXPECT_EQ(StateOf(found, "log-signature"), ClaimState::kNotChecked);
  EXPECT_EQ(StateOf(found, "inclusion"), ClaimState::kNotChecked);
  EXPECT_EQ(StateOf(found, "identity"), ClaimState::kNotChecked);
  EXPECT_EQ(StateOf(found, "statement-signature"), ClaimState::kHolds);
  EXPECT_EQ(WorstOf(found), ClaimState::kNotChecked);
}

TEST(VerifyReceipt, WithoutItsEntryTheInclusionIsNotChecked) {
  const Examination found = VerifyBelieving("receipt", Founded().Receipt(3));
  EXPECT_EQ(StateOf(found, "inclusion"), ClaimState::kNotChecked);
  EXPECT_EQ(StateOf(found, "log-signature"), ClaimState::kHolds);
  EXPECT_EQ(WorstOf(found), ClaimState::kNotChecked);
}

TEST(VerifyReceipt, WithoutAPinnedGenesisItsAuthorIsNotChecked) {
  Trust pinless;
  pinless.policy = *note::Policy::Create({{Founded().log.LogVkey(), ""}}, {}, {}, "");
  const std::string proof = Founded().Receipt(3);
  const Examination found =
      VerifyBytes("receipt", keys::AsBytes(proof), WithEntry(Founded().log.entries()[3]), pinless);
  EXPECT_EQ(StateOf(found, "inclusion"), ClaimState::kHolds);
  EXPECT_EQ(StateOf(found, "witnessed"), ClaimState::kNotChecked);  // Quorum none asks for none.
  EXPECT_EQ(StateOf(found, "identity"), ClaimState::kNotChecked);
  EXPECT_EQ(WorstOf(found), ClaimState::kNotChecked);
}

TEST(VerifyReceipt, ALogThatIsNotBelievedDoesNotHold) {
  Trust other;
  other.policy = *note::Policy::Create({{cairn::testing::PlainLog().Vkey(), ""}}, {}, {}, "");
  const std::string proof = Founded().Receipt(3);
  const Examination found =
      VerifyBytes("receipt", keys::AsBytes(proof), WithEntry(Founded().log.entries()[3]), other);
  EXPECT_EQ(StateOf(found, "log-signature"), ClaimState::kDoesNotHold);
}

TEST(VerifyReceipt, AQuorumThatIsNotMetDoesNotHold) {
  const auto witness =
      *keys::VerifierKey::Create("witness.example.net/w", keys::NoteKeyType::kCosignature,
                                 LogBuilder::SigningKey("a witness").Public());
  Believing believing(Founded());
  believing.trust.policy =
      *note::Policy::Create({{Founded().log.LogVkey(), ""}}, {{"w", witness, ""}}, {}, "w");
  const std::string proof = Founded().Receipt(3);
  const Examination found = VerifyBytes("receipt", keys::AsBytes(proof),
                                        WithEntry(Founded().log.entries()[3]), believing.trust);
  EXPECT_EQ(StateOf(found, "witnessed"), ClaimState::kDoesNotHold);
}

// The level that a receipt reaches, under policies for progress (two of three) and final (w4 too).
TEST(VerifyReceipt, NamesTheLevelThatItsCosignaturesReach) {
  std::vector<note::Policy::Witness> witnesses;
  for (int n = 1; n <= 4; ++n) {
    const std::string name = absl::StrCat("witness.example.net/w", n);
    witnesses.push_back({absl::StrCat("w", n),
                         *keys::VerifierKey::Create(name, keys::NoteKeyType::kCosignature,
                                                    LogBuilder::SigningKey(name).Public()),
                         ""});
  }
  Believing believing(Founded());
  const note::Policy::Group neutral{"neutral", 2, {"w1", "w2", "w3"}};
  believing.trust.policy =
      *note::Policy::Create({{Founded().log.LogVkey(), ""}}, witnesses, {neutral}, "neutral");
  believing.trust.final_policy =
      *note::Policy::Create({}, witnesses, {neutral, {"both", 2, {"neutral", "w4"}}}, "both");
  const auto examine = [&](std::initializer_list<int> cosigners) {
    std::string note = Founded().log.Note();
    const std::string text = note.substr(0, note.find("\n\n") + 1);
    for (const int n : cosigners) {
      const std::string name = absl::StrCat("witness.example.net/w", n);
      const auto line =
          note::Cosign(text, note::PosixSeconds{5}, name, LogBuilder::SigningKey(name));
      note = *note::MergeSignatureLines(keys::AsBytes(note), {&*line, 1});
    }
    return VerifyBytes("receipt",
                       keys::AsBytes(testing::ReceiptOf(Founded().log.entries(), 3, note)),
                       WithEntry(Founded().log.entries()[3]), believing.trust);
  };
  const auto level = [](const Examination& found) {
    for (const auto& [name, value] : found.facts) {
      if (name == "level") return value;
    }
    return std::string();
  };
  const Examination none = examine({4});
  EXPECT_EQ(StateOf(none, "witnessed"), ClaimState::kDoesNotHold);
  EXPECT_EQ(StateOf(none, "final"), ClaimState::kDoesNotHold);
  EXPECT_EQ(level(none), "0, the log alone");
  const Examination progress = examine({1, 3});
  EXPECT_EQ(StateOf(progress, "witnessed"), ClaimState::kHolds);
  EXPECT_EQ(StateOf(progress, "final"), ClaimState::kDoesNotHold);
  EXPECT_EQ(level(progress), "1, progress");
  const Examination at_last = examine({1, 3, 4});
  EXPECT_EQ(StateOf(at_last, "final"), ClaimState::kHolds);
  EXPECT_EQ(level(at_last), "2, final");
  EXPECT_EQ(WorstOf(at_last), ClaimState::kHolds);
}

// Threat row 18: a side's witness that plays dead cannot keep an act from becoming final.
TEST(VerifyReceipt, ProgressIsFinalOnceTheChartersWitnessTermIsOver) {
  for (const bool over : {false, true}) {
    testing::FoundedLog founded;
    v1::Charter charter = founded.log.SomeCharter();
    charter.mutable_terms()->set_witness_ms(2 * LogBuilder::kDayMs);
    founded.log.AcceptByAll(charter, founded.log.Open(charter));
    const std::size_t leaf = founded.LastLeaf();
    founded.log.Witness(founded.log.now_ms() + 1000);
    founded.log.Witness(founded.log.now_ms() + (over ? 3 : 1) * LogBuilder::kDayMs);
    founded.Write();
    Believing believing(founded);
    std::vector<note::Policy::Witness> witnesses;
    for (const char* name : {"neutral", "of-the-receiver"}) {
      witnesses.push_back({name,
                           *keys::VerifierKey::Create(name, keys::NoteKeyType::kCosignature,
                                                      LogBuilder::SigningKey(name).Public()),
                           ""});
    }
    believing.trust.policy =
        *note::Policy::Create({{founded.log.LogVkey(), ""}}, witnesses, {}, "neutral");
    believing.trust.final_policy =
        *note::Policy::Create({}, witnesses, {{"both", 2, {"neutral", "of-the-receiver"}}}, "both");
    std::string note = founded.log.Note();
    const auto line = note::Cosign(note.substr(0, note.find("\n\n") + 1), note::PosixSeconds{5},
                                   "neutral", LogBuilder::SigningKey("neutral"));
    note = *note::MergeSignatureLines(keys::AsBytes(note), {&*line, 1});
    const Examination found =
        VerifyBytes("receipt", keys::AsBytes(testing::ReceiptOf(founded.log.entries(), leaf, note)),
                    WithEntry(founded.log.entries()[leaf]), believing.trust);
    EXPECT_EQ(StateOf(found, "witnessed"), ClaimState::kHolds);
    EXPECT_EQ(StateOf(found, "final"), over ? ClaimState::kHolds : ClaimState::kDoesNotHold);
    EXPECT_THAT(found.Find("final")->why, HasSubstr(over ? "witness term is over" : "not enough"));
  }
}

TEST(VerifyReceipt, AnotherHistoryThanTheCopysConvicts) {
  // The same log key signs a tree whose last leaf differs.
  std::vector<keys::Bytes> entries = Founded().log.entries();
  entries.back() = entries[1];
  merkle::Frontier frontier;
  for (const auto& entry : entries) frontier.Append(merkle::HashLeaf(keys::AsBytes(entry)));
  const std::string note = *note::SignCheckpoint(
      {.origin = Founded().log.origin(), .size = frontier.size(), .root = frontier.Root()},
      Founded().log.LogKey());
  const Examination found =
      VerifyBelieving("receipt", testing::ReceiptOf(entries, 2, note), WithEntry(entries[2]));
  EXPECT_EQ(StateOf(found, "inclusion"), ClaimState::kHolds);
  EXPECT_EQ(StateOf(found, "same-history"), ClaimState::kDoesNotHold);
  EXPECT_THAT(found.Find("same-history")->why, HasSubstr("two histories"));
}

TEST(VerifyReceipt, ALeafThatTheRulesRefuseHasNoAuthor) {
  testing::FoundedLog founded;
  v1::Statement stranger = founded.log.Say("holding");
  stranger.set_actor("receiving");
  stranger.mutable_endorse()->set_statement(founded.genesis.ToBytes());
  founded.log.AppendRefused(stranger);
  founded.Write();
  Believing believing(founded);
  const std::size_t leaf = founded.LastLeaf();
  const std::string proof = founded.Receipt(leaf);
  const Examination found = VerifyBytes("receipt", keys::AsBytes(proof),
                                        WithEntry(founded.log.entries()[leaf]), believing.trust);
  EXPECT_EQ(StateOf(found, "inclusion"), ClaimState::kHolds);
  EXPECT_EQ(StateOf(found, "identity"), ClaimState::kDoesNotHold);
}

TEST(VerifyReceipt, AForeignGenesisGivesNobodyAName) {
  mirror::FolderSource source(Founded().folder.path());
  ASSERT_OK_AND_ASSIGN(auto reader, mirror::LogReader::Open(source, Founded().log.LogVkey()));
  EXPECT_THAT(KeyHistory::Create(*reader, keys::Sha256(keys::AsBytes("another"))),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("genesis digest")));
  Trust trust;
  trust.policy = *note::Policy::Create({{Founded().log.LogVkey(), ""}}, {}, {}, "");
  trust.no_history = absl::DataLossError("leaf 0 has another id");
  const std::string proof = Founded().Receipt(3);
  EXPECT_EQ(StateOf(VerifyBytes("receipt", keys::AsBytes(proof),
                                WithEntry(Founded().log.entries()[3]), trust),
                    "identity"),
            ClaimState::kDoesNotHold);
}

TEST(VerifyEntry, AloneItShowsWhoSignedButNotThatItIsLogged) {
  const Examination found = VerifyBelieving("5.entry", Founded().log.entries()[5]);
  EXPECT_EQ(found.kind, "entry");
  EXPECT_EQ(StateOf(found, "inclusion"), ClaimState::kNotChecked);
  EXPECT_EQ(StateOf(found, "statement-signature"), ClaimState::kHolds);
  EXPECT_EQ(StateOf(found, "identity"), ClaimState::kHolds);
}

TEST(VerifyEntry, OneThatCarriesANoteIsStillAnEntry) {
  const keys::Bytes& witnessed = Founded().log.entries()[3];
  ASSERT_THAT(witnessed, HasSubstr("\n\n"));
  EXPECT_EQ(VerifyBelieving("x", witnessed).kind, "entry");
}

TEST(VerifyNote, IsKnownByItsContentWhateverItsName) {
  EXPECT_EQ(VerifyBelieving("x", Founded().log.Note()).kind, "checkpoint");
}

TEST(VerifyStatement, EveryFlippedByteIsNoticed) {
  const std::string bytes =
      statement::ParseEntry(keys::AsBytes(Founded().log.entries()[5]))->signed_statement;
  const Examination whole = VerifyBelieving("a.statement", bytes);
  EXPECT_EQ(whole.kind, "signed statement");
  EXPECT_EQ(WorstOf(whole), ClaimState::kHolds);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string spoiled = bytes;
    spoiled[at] = static_cast<char>(spoiled[at] ^ (1 << (at % 8)));
    ASSERT_EQ(WorstOf(VerifyBelieving("a.statement", spoiled)), ClaimState::kDoesNotHold) << at;
  }
}

TEST(VerifyStatement, OfAnotherLogOrAnotherPartysKeyDoesNotHold) {
  LogBuilder other("log.example.org/other");
  v1::Statement elsewhere = other.Say("operator");
  elsewhere.mutable_endorse()->set_statement(Founded().genesis.ToBytes());
  EXPECT_EQ(StateOf(VerifyBelieving("x", other.Sign(elsewhere)), "statement-log"),
            ClaimState::kDoesNotHold);
  LogBuilder same;
  v1::Statement stolen = same.Say("holding");
  stolen.set_actor("receiving");
  stolen.mutable_endorse()->set_statement(Founded().genesis.ToBytes());
  EXPECT_EQ(StateOf(VerifyBelieving("x", same.Sign(stolen)), "identity"), ClaimState::kDoesNotHold);
}

TEST(VerifyNote, EveryFlippedBitIsNoticed) {
  const std::string note = Founded().log.Note();
  EXPECT_EQ(WorstOf(VerifyBelieving("checkpoint", note)), ClaimState::kHolds);
  for (std::size_t at = 0; at < note.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string spoiled = note;
      spoiled[at] = static_cast<char>(spoiled[at] ^ (1 << bit));
      ASSERT_EQ(WorstOf(VerifyBelieving("checkpoint", spoiled)), ClaimState::kDoesNotHold)
          << "bit " << bit << " of byte " << at;
    }
  }
}

TEST(VerifyPolicy, SaysWhetherItNamesTheBelievedLog) {
  const std::string own = "log " + Founded().log.LogVkey().ToString() + "\nquorum none\n";
  EXPECT_EQ(StateOf(VerifyBelieving("policy", own), "policy-log"), ClaimState::kHolds);
  const std::string other =
      "log " + cairn::testing::PlainLog().Vkey().ToString() + "\nquorum none\n";
  EXPECT_EQ(StateOf(VerifyBelieving("policy", other), "policy-log"), ClaimState::kDoesNotHold);
  EXPECT_EQ(WorstOf(VerifyBelieving("policy", own + "quorum x\n")), ClaimState::kDoesNotHold);
}

TEST(VerifyVkey, SaysWhetherItIsTheBelievedOne) {
  const std::string own = Founded().log.LogVkey().ToString() + "\n";
  EXPECT_EQ(StateOf(VerifyBelieving("log.vkey", own), "believed"), ClaimState::kHolds);
  EXPECT_EQ(WorstOf(VerifyTrustless("log.vkey", own)), ClaimState::kHolds);
  EXPECT_EQ(WorstOf(VerifyBelieving("log.vkey", cairn::testing::PlainLog().Vkey().ToString())),
            ClaimState::kDoesNotHold);
}

// A refusal of `statement` by the fold, signed by `signer`.
std::string SignedRefusalOf(const testing::FoundedLog& founded, const v1::Refusal& refusal,
                            const std::string& signer) {
  const auto made = statement::SignRefusal(refusal, LogBuilder::SigningKey(signer));
  EXPECT_TRUE(founded.log.size() >= merkle::TreeSize{1});
  return *statement::CanonicalBytes(*made);
}

TEST(VerifyRefusal, SaysWhoSignedItAndWhetherItWasRight) {
  testing::FoundedLog founded;
  v1::Statement again = founded.log.Say("holding");
  again.set_sequence(7);
  again.mutable_endorse()->set_statement(founded.genesis.ToBytes());
  const std::string statement = founded.log.Sign(again);
  v1::Refusal refusal = founded.log.Refuse(again);
  Believing believing(founded);
  const Companions beside{.entry = {}, .proof = {}, .statement = statement, .submission = {}};

  std::string bytes = SignedRefusalOf(founded, refusal, "operator/desk");
  Examination found = VerifyBytes("x", keys::AsBytes(bytes), beside, believing.trust);
  EXPECT_EQ(found.kind, "signed refusal");
  EXPECT_EQ(StateOf(found, "operator-signature"), ClaimState::kHolds);
  EXPECT_EQ(StateOf(found, "refusal-right"), ClaimState::kHolds);
  EXPECT_EQ(WorstOf(found), ClaimState::kHolds);
  found = VerifyBytes("x", keys::AsBytes(bytes), {}, believing.trust);
  EXPECT_EQ(StateOf(found, "refusal-right"), ClaimState::kNotChecked);
  EXPECT_EQ(WorstOf(found), ClaimState::kNotChecked);
  EXPECT_EQ(StateOf(VerifyTrustless("x", bytes), "operator-signature"), ClaimState::kNotChecked);

  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string spoiled = bytes;
    spoiled[at] = static_cast<char>(spoiled[at] ^ (1 << (at % 8)));
    ASSERT_EQ(WorstOf(VerifyBytes("x.refusal", keys::AsBytes(spoiled), beside, believing.trust)),
              ClaimState::kDoesNotHold)
        << at;
  }
  bytes = SignedRefusalOf(founded, refusal, "holding/desk");
  found = VerifyBytes("x", keys::AsBytes(bytes), beside, believing.trust);
  EXPECT_EQ(StateOf(found, "operator-signature"), ClaimState::kDoesNotHold);
}

TEST(VerifyRefusal, AWrongfulRefusalConvictsTheOperator) {
  testing::FoundedLog founded;
  v1::Statement right = founded.log.Say("holding", founded.handover);
  *right.mutable_submit_package() = founded.log.SomePackage("S2");
  const std::string statement = founded.log.Sign(right);
  v1::Refusal refusal;
  refusal.set_log_origin(founded.log.origin());
  refusal.set_statement(statement::Verify(keys::AsBytes(statement))->id().ToBytes());
  refusal.set_reason(v1::REFUSAL_REASON_NOT_ENTITLED);
  refusal.set_message("no");
  refusal.set_tree_size(merkle::ToInt(founded.log.size()));
  const std::string bytes = SignedRefusalOf(founded, refusal, "operator/desk");
  Believing believing(founded);
  const Examination found = VerifyBytes(
      "x", keys::AsBytes(bytes),
      {.entry = {}, .proof = {}, .statement = statement, .submission = {}}, believing.trust);
  EXPECT_EQ(StateOf(found, "operator-signature"), ClaimState::kHolds);
  EXPECT_EQ(StateOf(found, "refusal-right"), ClaimState::kDoesNotHold);
  EXPECT_THAT(found.Find("refusal-right")->why, HasSubstr("refused wrongly"));
}

TEST(VerifyPartyEntry, ProvesPossessionForTheBelievedLog) {
  v1::PartyEntry entry = Founded().log.Entry("newcomer");
  std::string bytes = *statement::CanonicalBytes(entry);
  Examination found = VerifyBelieving("x", bytes);
  EXPECT_EQ(found.kind, "party entry");
  EXPECT_EQ(WorstOf(found), ClaimState::kHolds);
  EXPECT_EQ(StateOf(VerifyTrustless("x", bytes), "possession"), ClaimState::kNotChecked);
  entry.mutable_keys(2)->set_possession(entry.keys(1).possession());
  found = VerifyBelieving("x", *statement::CanonicalBytes(entry));
  EXPECT_EQ(StateOf(found, "possession"), ClaimState::kDoesNotHold);
}

TEST(VerifyKeyFile, ReadsTheHeaderAndSaysThatTheSecretIsNotChecked) {
  const std::string bytes = *keys::EncryptKeyFile(
      "signing", keys::PrivateKey(LogBuilder::SigningKey("x")),
      keys::SecretBytes::CopyOf(keys::AsBytes("a passphrase")), keys::kMinimumCost);
  const Examination found = VerifyTrustless("signing.key", bytes);
  EXPECT_EQ(found.kind, "key file");
  EXPECT_EQ(StateOf(found, "key-secret"), ClaimState::kNotChecked);
  EXPECT_EQ(WorstOf(found), ClaimState::kHolds);
  EXPECT_EQ(WorstOf(VerifyTrustless("signing.key", bytes.substr(0, 60))), ClaimState::kDoesNotHold);
}

std::string SealedBytes(const std::string& plaintext) {
  std::string sealed;
  const auto recipient = LogBuilder::SealingKey("receiving/seal-1").Public();
  auto sealer = *keys::Sealer::Create({&recipient, 1}, [&sealed](keys::ByteView bytes) {
    keys::AppendBytes(sealed, bytes);
    return absl::OkStatus();
  });
  EXPECT_THAT(sealer.Write(keys::AsBytes(plaintext)), IsOk());
  EXPECT_THAT(sealer.Finish(), IsOk());
  return sealed;
}

TEST(VerifySealed, ChecksTheStructureToItsEnd) {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{10}, keys::kAgeChunkSize, keys::kAgeChunkSize + 1}) {
    const std::string sealed = SealedBytes(std::string(size, 'x'));
    const Examination found = VerifyTrustless("package.age", sealed);
    EXPECT_EQ(found.kind, "sealed package");
    EXPECT_EQ(StateOf(found, "form"), ClaimState::kHolds) << size;
    EXPECT_EQ(StateOf(found, "contents"), ClaimState::kNotChecked);
    EXPECT_EQ(WorstOf(found), ClaimState::kNotChecked);  // Whose bytes they are, nothing says.
  }
  const std::string sealed = SealedBytes("ten bytes.");
  EXPECT_EQ(WorstOf(VerifyTrustless("package.age", sealed.substr(0, 40))),
            ClaimState::kDoesNotHold);
  EXPECT_EQ(WorstOf(VerifyTrustless("package.age", sealed.substr(0, sealed.size() - 20))),
            ClaimState::kDoesNotHold);
}

TEST(VerifySealed, ComparesWithTheSubmissionThatNamesIt) {
  testing::FoundedLog founded;
  const std::string sealed = SealedBytes("records");
  v1::Statement statement = founded.log.Say("holding", founded.handover);
  *statement.mutable_submit_package() = founded.log.SomePackage("S2");
  statement.mutable_submit_package()->set_digest(keys::Sha256(keys::AsBytes(sealed)).ToBytes());
  statement.mutable_submit_package()->set_size(sealed.size());
  const keys::Bytes entry = statement::EncodeEntry(1, keys::AsBytes(founded.log.Sign(statement)));
  EXPECT_EQ(StateOf(VerifyTrustless("package.age", sealed, WithEntry(entry)), "submitted"),
            ClaimState::kHolds);
  std::string spoiled = sealed;
  spoiled.back() = static_cast<char>(spoiled.back() ^ 1);
  EXPECT_EQ(StateOf(VerifyTrustless("package.age", spoiled, WithEntry(entry)), "submitted"),
            ClaimState::kDoesNotHold);
}

TEST(VerifySealed, FitsTheUnsignedSubmissionBesideIt) {
  const ScratchFolder folder;
  const std::string sealed = SealedBytes("records");
  v1::SubmitPackage prepared = Founded().log.SomePackage("S2");
  prepared.set_digest(keys::Sha256(keys::AsBytes(sealed)).ToBytes());
  prepared.set_size(sealed.size());
  WriteTestFile(folder / "package.age", sealed);
  WriteTestFile(folder / "submission.pb", *statement::CanonicalBytes(prepared));
  Trust nothing;
  ASSERT_OK_AND_ASSIGN(const Examination submission,
                       VerifyFile(folder / "submission.pb", std::nullopt, nothing));
  EXPECT_EQ(submission.kind, "unsigned submission");
  EXPECT_EQ(StateOf(submission, "submitted"), ClaimState::kNotChecked);
  EXPECT_EQ(WorstOf(submission), ClaimState::kNotChecked);  // Anybody can prepare one.
  ASSERT_OK_AND_ASSIGN(const Examination whole,
                       VerifyFile(folder / "package.age", std::nullopt, nothing));
  EXPECT_EQ(StateOf(whole, "prepared"), ClaimState::kHolds);
  std::string spoiled = sealed;
  spoiled.back() = static_cast<char>(spoiled.back() ^ 1);
  WriteTestFile(folder / "package.age", spoiled);
  ASSERT_OK_AND_ASSIGN(const Examination other,
                       VerifyFile(folder / "package.age", std::nullopt, nothing));
  EXPECT_EQ(StateOf(other, "prepared"), ClaimState::kDoesNotHold);
}

TEST(VerifyPackage, EveryFlippedByteOfAnOpenedPackageIsNoticed) {
  record::PackagePlan plan;
  plan.log_origin = Founded().log.origin();
  plan.handover = Founded().handover.ToBytes();
  plan.holder = "holding";
  plan.exercise = true;
  plan.recipients = {LogBuilder::SealingKey("receiving/seal-1").Public().Recipient()};
  plan.record = [](std::uint64_t) -> absl::StatusOr<v1::MinefieldRecord> {
    return absl::NotFoundError("none");
  };
  const keys::SecretBytes seed = LogBuilder::Seed("a package");
  const keys::SigningPrivateKey holder = LogBuilder::SigningKey("holding/desk");
  std::string tar;
  ASSERT_THAT(record::WritePackage(plan, {.seed = seed, .holder = holder},
                                   [&tar](keys::ByteView bytes) {
                                     keys::AppendBytes(tar, bytes);
                                     return absl::OkStatus();
                                   }),
              IsOk());
  const Examination found = VerifyBelieving("package.tar", tar);
  EXPECT_EQ(found.kind, "opened package");
  EXPECT_EQ(WorstOf(found), ClaimState::kHolds) << found.claims.front().why;
  EXPECT_EQ(StateOf(found, "identity"), ClaimState::kHolds);
  for (std::size_t at = 0; at < tar.size(); ++at) {
    std::string spoiled = tar;
    spoiled[at] = static_cast<char>(spoiled[at] ^ (1 << (at % 8)));
    ASSERT_EQ(WorstOf(VerifyBelieving("package.tar", spoiled)), ClaimState::kDoesNotHold) << at;
  }
}

TEST(VerifyReport, WithoutItsMandatoryPartsItIsNone) {
  v1::Report report;
  report.mutable_rule_set()->set_id("APII-1996");
  report.set_check_semantics(1);
  const Examination found = VerifyTrustless("a.report", *statement::CanonicalBytes(report));
  EXPECT_EQ(StateOf(found, "form"), ClaimState::kDoesNotHold);
}

TEST(VerifyReport, ChecksFormAndSummary) {
  v1::Report report;
  report.mutable_rule_set()->set_id("APII-1996");
  report.mutable_rule_set()->set_version(1);
  report.mutable_rule_set()->set_digest(LogBuilder::Digest("rule set"));
  report.mutable_handover_level();
  report.mutable_cumulative()->mutable_all()->set_records(1);
  report.set_check_semantics(1);
  report.set_handover(Founded().handover.ToBytes());
  report.add_records()->set_headline(v1::HEADLINE_CLASS_COMPLETE);
  report.mutable_summary()->set_records(1);
  report.mutable_summary()->set_complete(1);
  const Examination found = VerifyTrustless("x", *statement::CanonicalBytes(report));
  EXPECT_EQ(found.kind, "report");
  EXPECT_EQ(StateOf(found, "summary"), ClaimState::kHolds);
  EXPECT_EQ(StateOf(found, "computed"), ClaimState::kNotChecked);
  EXPECT_EQ(WorstOf(found), ClaimState::kNotChecked);  // Another bit would do as well.
  report.mutable_summary()->set_complete(2);
  EXPECT_EQ(StateOf(VerifyTrustless("x", *statement::CanonicalBytes(report)), "summary"),
            ClaimState::kDoesNotHold);
}

// What a finding's statement names, as it is carried: the domain, the salt, the bytes.
struct NamedAnnex {
  keys::Bytes carried;
  Companions beside;

  explicit NamedAnnex(const std::string& bytes) {
    const keys::Bytes salt(32, 's');
    carried = absl::StrCat("cairn/annex/v1", salt, bytes);
    LogBuilder log = Founded().log;
    v1::Statement statement = log.Say("receiving", Founded().handover);
    v1::AnnexRef& report = *statement.mutable_finding()->mutable_report();
    report.set_digest(keys::Sha256(keys::AsBytes(carried)).ToBytes());
    report.set_size(bytes.size());
    beside.statement = log.Sign(statement);
  }
};

TEST(VerifyAnnex, IsTheOneThatItsStatementNames) {
  Believing believing(Founded());
  const NamedAnnex named("age-encryption.org/v1 and so on");
  const Examination found =
      VerifyBytes("annex", keys::AsBytes(named.carried), named.beside, believing.trust);
  EXPECT_EQ(found.kind, "annex");
  EXPECT_EQ(StateOf(found, "annex"), ClaimState::kHolds);
  EXPECT_EQ(
      StateOf(VerifyBytes("annex", keys::AsBytes(named.carried), {}, believing.trust), "annex"),
      ClaimState::kNotChecked);
}

TEST(VerifyAnnex, EveryFlippedByteIsNoticed) {
  Believing believing(Founded());
  const NamedAnnex named("a report from the ground");
  for (std::size_t at = 0; at < named.carried.size(); ++at) {
    keys::Bytes flipped = named.carried;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    const Examination found =
        VerifyBytes("annex", keys::AsBytes(flipped), named.beside, believing.trust);
    EXPECT_NE(WorstOf(found), ClaimState::kHolds) << at;
    if (at >= 14) {
      EXPECT_EQ(StateOf(found, "annex"), ClaimState::kDoesNotHold) << at;
    }
  }
}

TEST(VerifyAnnex, WithoutBytesItIsNone) {
  Believing believing(Founded());
  const keys::Bytes cut = absl::StrCat("cairn/annex/v1", keys::Bytes(32, 's'));
  const Examination found = VerifyBytes("annex", keys::AsBytes(cut), {}, believing.trust);
  EXPECT_EQ(StateOf(found, "form"), ClaimState::kDoesNotHold);
}

TEST(VerifyFile, WhatIsNothingAtAllDoesNotHold) {
  for (const char* bytes : {"", "hello", "{}\n",
                            "\x7f"
                            "ELF",
                            "%PDF-1.7"}) {
    const Examination found = VerifyTrustless("x", bytes);
    EXPECT_EQ(found.kind, "unknown") << bytes;
    EXPECT_EQ(WorstOf(found), ClaimState::kDoesNotHold) << bytes;
  }
}

TEST(VerifyFile, FindsTheEntryBesideAndTrustsNothingElseThere) {
  const ScratchFolder folder;
  WriteTestFile(folder / "3.tlog-proof", Founded().Receipt(3));
  WriteTestFile(folder / "3.entry", Founded().log.entries()[3]);
  // A policy that lies beside is not believed.
  WriteTestFile(folder / "policy", "log " + Founded().log.LogVkey().ToString() + "\nquorum none\n");
  Trust nothing;
  ASSERT_OK_AND_ASSIGN(const Examination distrusting,
                       VerifyFile(folder / "3.tlog-proof", std::nullopt, nothing));
  EXPECT_EQ(WorstOf(distrusting), ClaimState::kNotChecked);
  Believing believing(Founded());
  for (const char* name : {"3.tlog-proof", "3.entry"}) {
    ASSERT_OK_AND_ASSIGN(const Examination found,
                         VerifyFile(folder / name, std::nullopt, believing.trust));
    EXPECT_EQ(StateOf(found, "inclusion"), ClaimState::kHolds) << name;
    EXPECT_EQ(WorstOf(found), ClaimState::kHolds) << name;
  }
  WriteTestFile(folder / "other", Founded().log.entries()[4]);
  ASSERT_OK_AND_ASSIGN(const Examination wrong,
                       VerifyFile(folder / "3.tlog-proof", folder / "other", believing.trust));
  EXPECT_EQ(StateOf(wrong, "inclusion"), ClaimState::kDoesNotHold);
}

TEST(VerifyFile, StreamsPackagesAndSaysWhatItCannotRead) {
  const ScratchFolder folder;
  WriteTestFile(folder / "package.age", SealedBytes(std::string(200'000, 'x')));
  Trust nothing;
  ASSERT_OK_AND_ASSIGN(const Examination found,
                       VerifyFile(folder / "package.age", std::nullopt, nothing));
  EXPECT_EQ(StateOf(found, "form"), ClaimState::kHolds);
  EXPECT_THAT(VerifyFile(folder / "nothing", std::nullopt, nothing),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(VerifyFile(folder.path(), std::nullopt, nothing),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("cairn audit")));
}

TEST(WorstOf, NothingThatHoldsIsNotHolding) {
  Examination found;
  EXPECT_EQ(WorstOf(found), ClaimState::kNotChecked);
  found.Skips("a", "A.", "why", Weight::kBeside);
  EXPECT_EQ(WorstOf(found), ClaimState::kNotChecked);
  found.Holds("b", "B.");
  EXPECT_EQ(WorstOf(found), ClaimState::kHolds);
  found.Skips("c", "C.", "why");
  EXPECT_EQ(WorstOf(found), ClaimState::kNotChecked);
  found.Fails("d", "D.", "why", Weight::kBeside);
  EXPECT_EQ(WorstOf(found), ClaimState::kDoesNotHold);
}

}  // namespace
}  // namespace cairn::dossier
