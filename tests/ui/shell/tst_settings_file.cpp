#include "ui/shell/settings_file.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

using tributary::ui::SettingsFile;

/// What the window remembers, and that nobody waits for the disk for it.
class TestSettingsFile : public QObject {
    Q_OBJECT
private slots:
    void isWrittenLater();
    void isWrittenAtTheEnd();
    void whatIsThereStays();
    void whatCannotBeWrittenIsTriedAgain();

private:
    QTemporaryDir m_folder;
    QString path() const { return m_folder.filePath(QString::fromLatin1(QTest::currentTestFunction()) + ".ini"); }
    QString stored(const QString &key) const
    {
        QFile file(path());
        if (!file.open(QIODevice::ReadOnly))
            return {};
        for (const QByteArray &line : file.readAll().split('\n')) {
            if (line.startsWith(key.toUtf8() + '='))
                return QString::fromUtf8(line.mid(key.size() + 1).trimmed());
        }
        return {};
    }
};

void TestSettingsFile::isWrittenLater()
{
    SettingsFile settings(path());
    settings.setValue("tag", "billing");
    QCOMPARE(settings.value("tag").toString(), QString("billing"));
    QCoreApplication::sendPostedEvents();
    QCOMPARE(stored("tag"), QString()); // not between the key and what is painted for it
    QTRY_COMPARE(stored("tag"), QString("billing"));
    settings.setValue("tag", "refund"); // each time anew
    QTRY_COMPARE(stored("tag"), QString("refund"));
}

void TestSettingsFile::isWrittenAtTheEnd()
{
    {
        SettingsFile settings(path());
        settings.setValue("tag", "billing");
        QCoreApplication::sendPostedEvents();
    }
    QCOMPARE(stored("tag"), QString("billing"));
}

void TestSettingsFile::whatIsThereStays()
{
    const QByteArray geometry("\x01\x00\xff;,", 5);
    {
        SettingsFile settings(path());
        settings.setValue("window/geometry", geometry);
        settings.setValue("recent", QStringList{"one, two", "three"});
    }
    {
        SettingsFile settings(path());
        settings.setValue("tag", "billing");
    }
    const SettingsFile settings(path());
    QCOMPARE(settings.value("window/geometry").toByteArray(), geometry);
    QCOMPARE(settings.value("recent").toStringList(), (QStringList{"one, two", "three"}));
    QCOMPARE(settings.value("tag").toString(), QString("billing"));
    QCOMPARE(settings.value("never", 7).toInt(), 7);
    QCOMPARE(QDir(m_folder.path()).entryList({QFileInfo(path()).fileName() + "*"}),
             QStringList(QFileInfo(path()).fileName()));
}

void TestSettingsFile::whatCannotBeWrittenIsTriedAgain()
{
    QVERIFY(QDir().mkpath(path())); // a folder stands there
    {
        SettingsFile settings(path());
        settings.setValue("tag", "billing");
        QTRY_VERIFY(QFile::exists(path() + ".new")); // written, and no place for it
        QVERIFY(QDir().rmdir(path()));
        settings.setValue("list", "open");
        QTRY_COMPARE(stored("list"), QString("open"));
    }
    QCOMPARE(stored("tag"), QString("billing"));
}

QTEST_GUILESS_MAIN(TestSettingsFile)
#include "tst_settings_file.moc"
