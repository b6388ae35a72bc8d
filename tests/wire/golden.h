#pragma once

#include "core/base/bytes.h"

#include <QFile>
#include <QString>

/// Files of hexadecimal digits under tests/wire/golden that pin the format. After a change that is meant to be, run the test
/// once with TRIBUTARY_WRITE_GOLDEN=1, and say in the commit what happens between old and new programs.
namespace tributary::wire {

inline QString goldenPath(const QString &name)
{
    return QStringLiteral(TRIBUTARY_SOURCE_DIR "/tests/wire/golden/%1.hex").arg(name);
}

/// The bytes that are on record; empty if there are none.
inline Bytes goldenBytes(const QString &name, ByteView toWrite = {})
{
    QFile file(goldenPath(name));
    if (qEnvironmentVariableIsSet("TRIBUTARY_WRITE_GOLDEN") && !toWrite.empty()) {
        if (!file.open(QIODevice::WriteOnly))
            qFatal("cannot write %s", qPrintable(file.fileName()));
        const std::string digits = toHex(toWrite);
        for (std::size_t at = 0; at < digits.size(); at += 96)
            file.write((digits.substr(at, 96) + "\n").c_str());
        file.close();
    }
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return fromHex(file.readAll().replace("\n", "").toStdString()).value_or(Bytes());
}

} // namespace tributary::wire
