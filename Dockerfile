# The sandbox's image: Python and the agent, both compiled to bytecode.
#
# `grade` builds it when it is needed. The base can be any image with Python 3.11 or newer: an
# official one, a school's mirror, or the one that `grade` makes of this machine's own Python. It
# may have no shell, so every instruction is in exec form. There are few instructions, because
# some storage drivers take a second for each.
ARG BASE=python:3.14.6-slim-trixie
FROM ${BASE}
WORKDIR /opt/grader
COPY grader grader
RUN ["python3", "-S", "-m", "grader.agent.prepare_image"]
ENTRYPOINT ["python3", "-S", "-c", "from grader.agent.bundle import main; main()"]
