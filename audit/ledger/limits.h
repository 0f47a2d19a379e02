// How much of anything a statement may carry. The wire contract (proto/cairn/v1/statement.proto)
// states them; the fold refuses what is beyond. Changing one needs a new fold version.
#ifndef CAIRN_AUDIT_LEDGER_LIMITS_H_
#define CAIRN_AUDIT_LEDGER_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace cairn::ledger {

inline constexpr std::size_t kMaxHandleBytes = 63;
inline constexpr std::size_t kMaxNameBytes = 200;
inline constexpr int kMaxEntryKeys = 16;   // Keys of a party at its enrolment.
inline constexpr int kMaxPartyKeys = 256;  // In its whole life, revoked ones included.
inline constexpr int kMaxRegistrars = 16;
inline constexpr std::size_t kMaxPolicyTextBytes = std::size_t{8} * 1024;
inline constexpr std::size_t kMaxWitnessedNoteBytes = std::size_t{16} * 1024;
inline constexpr std::uint64_t kMaxTimeMs = 253'402'300'799'000;  // The year 9999 ends.
inline constexpr std::uint64_t kMaxValidityMs = std::uint64_t{90} * 24 * 60 * 60 * 1000;

inline constexpr int kMaxParties = 64;  // In a charter.
inline constexpr int kMaxMediators = 16;
inline constexpr int kMaxAreas = 256;
inline constexpr int kMaxSources = 64;
inline constexpr int kMaxRecipientKeys = 16;  // Of one party and kind of file.
inline constexpr int kMinRecipientKeys = 2;   // So that one may be lost.
inline constexpr int kMaxSideWitnesses = 15;
inline constexpr std::uint64_t kMaxTermMs = std::uint64_t{10} * 366 * 24 * 60 * 60 * 1000;

inline constexpr int kMaxRows = 512;           // Area and source rows in one statement.
inline constexpr int kMaxWithheldRows = 16;    // In one row of a declaration.
inline constexpr int kMaxPackagesNamed = 512;  // In one statement.
inline constexpr int kMaxAnswerItems = 512;
inline constexpr int kMaxAnswers = 64;                         // To one request.
inline constexpr std::uint64_t kMaxCount = 1'000'000'000'000;  // Of anything that is counted.
inline constexpr std::uint64_t kMaxPackageBytes = std::uint64_t{64} * 1024 * 1024 * 1024;
inline constexpr std::uint64_t kMaxRecords = 1'000'000;  // In a package.

// Claims of one handover that the fold keeps, so that the checks over claims can read them. Later
// ones are logged and counted, and the facts say how many were not kept.
inline constexpr std::uint64_t kMaxClaimsKept = 4096;

// Published evidence that the fold keeps. Later ones are logged and counted.
inline constexpr std::uint64_t kMaxEvidenceKept = 256;
inline constexpr std::size_t kMaxRelodgedStatementBytes = std::size_t{16} * 1024;
inline constexpr std::size_t kMaxRelodgedReceiptBytes = std::size_t{8} * 1024;
inline constexpr int kMaxLostRanges = 256;

inline constexpr int kMaxReplies = 16;   // To one finding.
inline constexpr int kMaxContests = 64;  // Against one statement, withdrawn ones included.
inline constexpr int kMaxRulings = 16;   // On one statement.
inline constexpr std::uint32_t kMaxSearchDepthMm = 100'000;
inline constexpr std::int32_t kFirstYear = 1900;  // Of incidents.
inline constexpr std::int32_t kLastYear = 9999;

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_LIMITS_H_
