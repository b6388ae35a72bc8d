// The floor for the start of the desktop: a Qt Widgets window with a list, and nothing else. Says "painted" when it is on
// the screen, and goes when its input ends.
#include <QApplication>
#include <QListWidget>
#include <QPainter>

#include <cstdio>
#include <thread>
#include <unistd.h>

namespace {

class Window : public QListWidget {
protected:
    void paintEvent(QPaintEvent *event) override
    {
        QListWidget::paintEvent(event);
        if (!std::exchange(m_said, true))
            QCoreApplication::postEvent(this, new QEvent(QEvent::User), Qt::HighEventPriority);
    }
    void customEvent(QEvent *) override
    {
        std::puts("painted");
        std::fflush(stdout);
    }

private:
    bool m_said = false;
};

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    Window window;
    for (int i = 0; i < 20; ++i)
        window.addItem(QStringLiteral("A row of text, number %1").arg(i));
    window.resize(1440, 900);
    window.show();
    std::thread([] {
        char byte = 0;
        while (::read(STDIN_FILENO, &byte, 1) > 0) {
        }
        ::_exit(0);
    }).detach();
    return QApplication::exec();
}
