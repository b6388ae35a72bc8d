#include "ui/shell/phone_call.h"
#include "ui/shell/toasts.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QFile>
#include <QGuiApplication>
#include <QScopeGuard>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

using namespace tributary;
using namespace tributary::ui;

class TestPhoneCall : public QObject {
    Q_OBJECT
public slots:
    void open(const QUrl &url) { m_opened += url; }
private slots:
    void init()
    {
        m_opened.clear();
        QGuiApplication::clipboard()->clear();
        QDesktopServices::setUrlHandler("tel", this, "open");
    }
    void cleanup() { QDesktopServices::unsetUrlHandler("tel"); }

    void aLinkSaysWhomItCalls_data()
    {
        QTest::addColumn<QString>("link");
        QTest::addColumn<QString>("number");
        QTest::newRow("a number") << "tel:+4930123456"
                                  << "+4930123456";
        QTest::newRow("with what tells a person nothing") << "TEL:+4930123456;ext=7"
                                                          << "+4930123456";
        QTest::newRow("a code") << "tel:*21*030%23"
                                << "*21*030#";
        QTest::newRow("nobody") << "tel:"
                                << "";
        QTest::newRow("another link") << "https://shop.example/+4930123456"
                                      << "";
    }
    void aLinkSaysWhomItCalls()
    {
        QFETCH(const QString, link);
        QTEST(numberOf(QUrl(link)), "number");
    }

    void itIsCalledOrCopied_data()
    {
        QTest::addColumn<QString>("number");
        QTest::addColumn<QString>("program"); ///< What the system says that calls; "-": it cannot say.
        QTest::addColumn<bool>("called");
        QTest::addColumn<QString>("said");
        QTest::newRow("a program calls") << "+4930123456"
                                         << "softphone.desktop" << true << "";
        QTest::newRow("it is not known which one does") << "+4930123456"
                                                        << "-" << true << "";
        QTest::newRow("none does") << "+4930123456"
                                   << "" << false << "No program on this computer makes calls. +4930123456 is copied.";
        QTest::newRow("a code is never given on")
            << "*21*030#"
            << "softphone.desktop" << false << "*21*030# is a code rather than a number. It is copied.";
    }
    void itIsCalledOrCopied()
    {
        QFETCH(const QString, number);
        QFETCH(const QString, program);
        QFETCH(const bool, called);
        QFETCH(const QString, said);
        const QTemporaryDir folder;
        if (program != "-") {
            QFile asked(folder.filePath("xdg-mime"));
            QVERIFY(asked.open(QFile::WriteOnly));
            asked.write("#!/bin/sh\necho " + program.toUtf8() + "\n");
            asked.setPermissions(QFile::ReadOwner | QFile::ExeOwner);
        }
        const auto path = qgetenv("PATH");
        const auto restore = qScopeGuard([&path] { qputenv("PATH", path); });
        qputenv("PATH", folder.path().toUtf8());
        QWidget window;
        Theme theme;
        Toasts toasts(theme, &window);
        callNumber(number, toasts);
        if (called)
            QTRY_COMPARE(m_opened, QList<QUrl>{QUrl("tel:" + number)});
        else
            QTRY_COMPARE(toasts.newestText(), said);
        QCOMPARE(QGuiApplication::clipboard()->text(), called ? QString() : number);
        QCOMPARE(m_opened.size(), called ? 1 : 0);
        QCOMPARE(toasts.newestText(), said);
    }

private:
    QList<QUrl> m_opened;
};

QTEST_MAIN(TestPhoneCall)
#include "tst_phone_call.moc"
